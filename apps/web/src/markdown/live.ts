import { createContext } from "react";

/** Whether the text still grows: what is not finished is not drawn as a picture yet. */
export const LiveContext = createContext(false);
