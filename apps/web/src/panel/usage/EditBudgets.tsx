import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";

import { api, data, type Schemas } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import { useGraph, useProject } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Input, Select } from "../../ui/Field.tsx";
import { say } from "../../ui/toasts.ts";
import { byName } from "../data/format.ts";
import { Actions, Failed, usePerson } from "../parts/Parts.tsx";
import styles from "./Usage.module.css";

type Budget = Schemas["Budget"];

/** As it is typed; `key` tells the rows apart. */
interface Row {
  readonly key: number;
  readonly userId: string;
  readonly period: Budget["period"];
  readonly tokensMax: string;
  readonly costMax: string;
}

interface Props {
  budgets: readonly Budget[];
  onClose: () => void;
}

export function EditBudgets({ budgets, onClose }: Props) {
  const { common, panel } = useText();
  const { project } = useProject();
  const queries = useQueryClient();
  const [rows, setRows] = useState<readonly Row[]>(() => budgets.map(rowOf));
  const save = useMutation({
    mutationFn: () =>
      data(
        api.PUT("/api/v1/projects/{project_id}/budgets", {
          params: { path: { project_id: project } },
          body: { items: rows.map(budgetOf) },
        }),
      ),
    onSuccess: async () => {
      await readAgain(queries, ["project", project, "usage"]);
      say(panel.usage.saved);
      onClose();
    },
  });
  const change = (row: Row) => setRows(rows.map((each) => (each.key === row.key ? row : each)));
  const add = () =>
    setRows([
      ...rows,
      { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, userId: "", period: "MONTH", tokensMax: "", costMax: "" },
    ]);
  return (
    <form
      className={styles.rows}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {rows.map((row) => (
        <BudgetRow
          key={row.key}
          row={row}
          onChange={change}
          onRemove={() => setRows(rows.filter(({ key }) => key !== row.key))}
        />
      ))}
      <Actions>
        <Button size="small" onClick={add}>
          <Plus aria-hidden />
          {panel.usage.add}
        </Button>
      </Actions>
      <Failed error={save.error} />
      <Actions atEnd>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button type="submit" look="primary" busy={save.isPending}>
          {common.save}
        </Button>
      </Actions>
    </form>
  );
}

function BudgetRow({ row, onChange, onRemove }: { row: Row; onChange: (row: Row) => void; onRemove: () => void }) {
  const { panel } = useText();
  const { members } = useGraph();
  const person = usePerson();
  const who = row.userId === "" ? panel.usage.whole : person(row.userId);
  const people = [...members.values()].sort((a, b) => byName(a.name, b.name));
  return (
    <fieldset className={styles.row}>
      <legend className="visually-hidden">{who}</legend>
      <Select
        label={panel.usage.who}
        value={row.userId}
        onChange={({ target }) => onChange({ ...row, userId: target.value })}
      >
        <option value="">{panel.usage.whole}</option>
        {row.userId !== "" && !members.has(row.userId) && <option value={row.userId}>{who}</option>}
        {people.map(({ userId, name }) => (
          <option key={userId} value={userId}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        label={panel.usage.when}
        value={row.period}
        onChange={({ target }) => onChange({ ...row, period: target.value === "DAY" ? "DAY" : "MONTH" })}
      >
        <option value="DAY">{panel.usage.periods.DAY}</option>
        <option value="MONTH">{panel.usage.periods.MONTH}</option>
      </Select>
      <Input
        label={panel.usage.tokensMax}
        type="number"
        min={0}
        step={1}
        placeholder={panel.usage.noLimit}
        value={row.tokensMax}
        onChange={({ target }) => onChange({ ...row, tokensMax: target.value })}
      />
      <Input
        label={panel.usage.costMax}
        type="number"
        min={0}
        step="any"
        placeholder={panel.usage.noLimit}
        value={row.costMax}
        onChange={({ target }) => onChange({ ...row, costMax: target.value })}
      />
      <IconButton label={panel.usage.removeOf(who)} icon={<Trash2 aria-hidden />} onClick={onRemove} />
    </fieldset>
  );
}

function rowOf({ userId, period, tokensMax, costMax }: Budget, key: number): Row {
  return {
    key,
    userId: userId ?? "",
    period,
    tokensMax: tokensMax?.toString() ?? "",
    costMax: costMax?.toString() ?? "",
  };
}

function budgetOf({ userId, period, tokensMax, costMax }: Row): Budget {
  return {
    userId: userId === "" ? null : userId,
    period,
    tokensMax: tokensMax === "" ? null : Number(tokensMax),
    costMax: costMax === "" ? null : Number(costMax),
  };
}
