import { useSettingsText } from "../../../text/settings.ts";
import styles from "./Notifications.module.css";
import type { NoticeType, Way, Ways } from "./queries.ts";

const WAYS: readonly Way[] = ["email", "browser", "mobile"];

interface Props {
  /** What it is about, where there are several. */
  label?: string;
  types: readonly (readonly [NoticeType, Ways])[];
  onTurn: (type: NoticeType, ways: Ways) => void;
}

/** By which ways somebody is told of each type of things. */
export function TypeTable({ label, types, onTurn }: Props) {
  const { notices } = useSettingsText();
  return (
    <table className={styles.types} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{notices.what}</th>
          <th scope="col">{notices.byMail}</th>
          <th scope="col">{notices.inBrowser}</th>
          <th scope="col">{notices.onDevices}</th>
        </tr>
      </thead>
      <tbody>
        {types.map(([type, ways]) => (
          <tr key={type}>
            <th scope="row">{notices.type[type]}</th>
            {WAYS.map((way) => (
              <td key={way}>
                <input
                  type="checkbox"
                  aria-label={notices.typeBy(notices.type[type], way)}
                  checked={ways[way]}
                  onChange={({ target }) => onTurn(type, { ...ways, [way]: target.checked })}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
