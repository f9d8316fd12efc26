/** Black or white, whichever is easier to read on a colour written `#rrggbb`. */
export function inkOn(color: string): string {
  const channels =
    /^#(..)(..)(..)$/
      .exec(color)
      ?.slice(1)
      .map((hex) => linear(Number.parseInt(hex, 16) / 255)) ?? [];
  const [red = 0, green = 0, blue = 0] = channels;
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  // Where both have the same contrast, by WCAG's formula.
  return luminance > Math.sqrt(1.05 * 0.05) - 0.05 ? "#000000" : "#ffffff";
}

const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
