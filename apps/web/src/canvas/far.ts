import { useStore } from "@xyflow/react";
import { createContext } from "react";

import { NEAR_ZOOM_MIN } from "../project/places.ts";

/** Whether the canvas is seen from so far that only titles can be read. Asked once for all that is drawn on it. */
export const FarContext = createContext(false);

export const useIsFar = (): boolean => useStore(({ transform }) => transform[2] < NEAR_ZOOM_MIN);
