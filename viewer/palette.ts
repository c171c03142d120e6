/** Okabe and Ito's palette: distinguishable with any colour vision. */
const seriesColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

export function seriesColour(index: number): string {
  return seriesColours[index % seriesColours.length];
}
