import type { Text } from "../index.ts";
import { agents } from "./agents.ts";
import { around } from "./around.ts";
import { canvas } from "./canvas.ts";
import { common } from "./common.ts";
import { exporting } from "./exporting.ts";
import { files } from "./files.ts";
import { hands } from "./hands.ts";
import { matrix } from "./matrix.ts";
import { panel } from "./panel.ts";
import { presets } from "./presets.ts";
import { refusals } from "./refusals.ts";
import { thread } from "./thread.ts";
import { typeset } from "./typeset.ts";

export const fr: Text = typeset<Text>({
  common,
  agents,
  around,
  canvas,
  exporting,
  files,
  hands,
  matrix,
  panel,
  presets,
  refusals,
  thread,
});
