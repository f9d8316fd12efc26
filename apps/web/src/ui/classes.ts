/** The class names that are there, in one string. */
export const classes = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(" ");
