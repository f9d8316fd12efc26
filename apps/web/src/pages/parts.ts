import { share, shareWindow } from "../around/sharing/window.tsx";
import * as graph from "../canvas/commands/graph.ts";
import type { CanvasCommand } from "../canvas/commands/hands.ts";
import * as nodes from "../canvas/commands/nodes.ts";
import { filter, filterWindow } from "../canvas/filter/window.tsx";
import { markingWindow } from "../canvas/marking/window.tsx";
import * as selected from "../canvas/commands/selected.ts";
import * as view from "../canvas/commands/view.ts";
import { search, searchWindow } from "../canvas/palette/window.tsx";
import { shortcuts, shortcutsWindow } from "../canvas/ShortcutSheet.tsx";
import { trash, trashWindow } from "../canvas/Trash.tsx";
import { exportAs, exportWindow } from "../export/window.tsx";
import { instruct, instructionWindow } from "../panel/agents/window.tsx";
import { viewerWindow } from "../panel/files/window.tsx";
import { fullWindow, openFull } from "../panel/full/window.tsx";
import { answerTab } from "../panel/answer/Answer.tsx";
import { branchWindow } from "../panel/answer/branch-window.tsx";
import { changes, changesWindow } from "../panel/changes/window.tsx";
import { makeWindow, newMatrix, showTable, tableWindow } from "../matrix/window.tsx";
import { compare, compareWindow } from "../panel/compare/window.tsx";
import { togglePanel } from "../panel/Panel.tsx";
import { agentsTab, attemptsTab, compareTab, contextTab, usageTab } from "../panel/tabs.ts";
import { settings, settingsWindow } from "../panel/project/window.tsx";
import type { PageWindow, Tab } from "../project/parts.ts";
import * as thread from "../thread/commands.ts";

/** Everything that the page of a project is put together from, in the order in which it is shown. */

export const TABS: readonly Tab[] = [answerTab, contextTab, attemptsTab, usageTab, compareTab, agentsTab];

export const WINDOWS: readonly PageWindow[] = [
  searchWindow,
  instructionWindow,
  markingWindow,
  filterWindow,
  compareWindow,
  exportWindow,
  makeWindow,
  tableWindow,
  shortcutsWindow,
  trashWindow,
  changesWindow,
  settingsWindow,
  branchWindow,
  shareWindow,
  viewerWindow,
  fullWindow,
];

export const COMMANDS: readonly CanvasCommand[] = [
  nodes.newNode,
  nodes.newNote,
  nodes.frame,
  newMatrix,
  showTable,
  nodes.edit,
  nodes.ask,
  selected.followUp,
  nodes.branch,
  nodes.pin,
  compare,
  selected.synthesise,
  selected.marking,
  selected.copyMarkdown,
  exportAs,
  selected.carryFull,
  selected.carrySummary,
  selected.carryNothing,
  nodes.remove,
  nodes.leave,
  graph.connect,
  graph.fold,
  graph.parent,
  graph.child,
  graph.after,
  graph.before,
  graph.connection,
  graph.move,
  graph.selectAll,
  graph.copy,
  graph.paste,
  graph.duplicate,
  graph.undo,
  graph.redo,
  graph.layOut,
  thread.begin,
  thread.compose,
  thread.rewrite,
  thread.retry,
  thread.branchOff,
  thread.above,
  thread.below,
  thread.otherBefore,
  thread.otherAfter,
  trash,
  changes,
  share,
  filter,
  search,
  thread.toggle,
  instruct,
  openFull,
  view.fit,
  view.zoomIn,
  view.zoomOut,
  togglePanel,
  shortcuts,
  settings,
];
