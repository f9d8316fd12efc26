import { useLocation } from "wouter";

import { useLanguage, useText } from "../../text/index.ts";
import { sayFailed } from "../../ui/toasts.ts";
import { create, useProjectChange, useTemplates } from "./queries.ts";
import styles from "./Templates.module.css";

/** The one that shows what the canvas is for stands first where nobody has seen it yet. */
const TOUR = "tour";

/** What a first project can begin with, each one click away. */
export function Templates() {
  const { projects } = useText().around;
  const language = useLanguage();
  const [, go] = useLocation();
  const { data: templates = [] } = useTemplates(language, true);
  const making = useProjectChange(create, ({ id }) => go(`/projects/${id}`));
  if (templates.length === 0) return null;
  const rank = ({ id }: { id: string }) => (id === TOUR ? 0 : 1);
  return (
    <section className={styles.templates} aria-label={projects.template}>
      <h3>{projects.template}</h3>
      <ul>
        {templates
          .toSorted((one, other) => rank(one) - rank(other))
          .map(({ id, name, description }) => (
            <li key={id}>
              <button
                type="button"
                disabled={making.isPending}
                onClick={() => making.mutate({ name, templateId: id, language }, { onError: sayFailed })}
              >
                <strong>{name}</strong>
                <span>{description}</span>
              </button>
            </li>
          ))}
      </ul>
    </section>
  );
}
