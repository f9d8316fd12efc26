import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import type { ProjectView } from "../../sync/index.ts";
import { sayFailed } from "../../ui/toasts.ts";
import { whole } from "../parts/whole.ts";

export type Role = Schemas["Role"];
export type Project = ProjectView;
export type Member = Schemas["MemberView"];
export type Invitation = Schemas["InvitationView"];

/** Everything that is shared about one project begins with this key. */
const sharing = (project: string) => ["sharing", project] as const;
const path = (project: string) => ({ project_id: project });

export const useProject = (project: string) =>
  useQuery({
    queryKey: [...sharing(project), "project"],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/projects/{project_id}", { signal, params: { path: path(project) } })),
  });

export const useMembers = (project: string) =>
  useQuery({
    queryKey: [...sharing(project), "members"],
    queryFn: ({ signal }) =>
      whole((query) =>
        data(api.GET("/api/v1/projects/{project_id}/members", { signal, params: { path: path(project), query } })),
      ),
  });

export const useInvitations = (project: string) =>
  useQuery({
    queryKey: [...sharing(project), "invitations"],
    queryFn: ({ signal }) =>
      whole((query) =>
        data(api.GET("/api/v1/projects/{project_id}/invitations", { signal, params: { path: path(project), query } })),
      ),
  });

/** The offer to own the project that waits for its answer. */
export const useTransfer = (project: string) =>
  useQuery({
    queryKey: [...sharing(project), "transfer"],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/projects/{project_id}/transfer", { signal, params: { path: path(project) } })),
  });

/** A change after which all of this is read again, and the list of projects as well. */
export function useSharingChange<I, O>(
  project: string,
  change: (input: I) => Promise<O>,
  onDone: (output: O, input: I) => void,
  onError: (error: unknown) => void = sayFailed,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onError,
    onSuccess: async (output: O, input: I) => {
      void readAgain(queries, ["projects"]);
      await readAgain(queries, sharing(project));
      onDone(output, input);
    },
  });
}

interface Invited {
  email: string;
  role: Role;
}

/** Whether or not somebody has that address: nobody learns it from the answer. */
export const invite = (project: string) => (body: Invited) =>
  data(api.POST("/api/v1/projects/{project_id}/invitations", { params: { path: path(project) }, body }));

const member = (project: string, { userId }: Member) => ({ path: { ...path(project), user_id: userId } });

export const changeRole =
  (project: string) =>
  ({ of, role }: { of: Member; role: Role }) =>
    data(api.PATCH("/api/v1/projects/{project_id}/members/{user_id}", { params: member(project, of), body: { role } }));
export const removeMember = (project: string) => (of: Member) =>
  data(api.DELETE("/api/v1/projects/{project_id}/members/{user_id}", { params: member(project, of) }));
export const offerTransfer =
  (project: string) =>
  ({ userId }: Member) =>
    data(api.POST("/api/v1/projects/{project_id}/transfer", { params: { path: path(project) }, body: { userId } }));
export const acceptTransfer = (project: string) => () =>
  data(api.POST("/api/v1/projects/{project_id}/transfer/accept", { params: { path: path(project) } }));
export const withdrawTransfer = (project: string) => () =>
  data(api.DELETE("/api/v1/projects/{project_id}/transfer", { params: { path: path(project) } }));
export const revoke =
  (project: string) =>
  ({ id }: Invitation) =>
    data(
      api.DELETE("/api/v1/projects/{project_id}/invitations/{invitation_id}", {
        params: { path: { ...path(project), invitation_id: id } },
      }),
    );
export const setListed = (project: string) => (isListed: boolean) =>
  data(api.PATCH("/api/v1/projects/{project_id}", { params: { path: path(project) }, body: { isListed } }));
export const setPublic = (project: string) => (isPublic: boolean) =>
  data(api.PATCH("/api/v1/projects/{project_id}", { params: { path: path(project) }, body: { isPublic } }));
