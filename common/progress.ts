/** Where long work reports. The command line draws a bar or prints JSON lines; a library user may pass nothing. */
export interface Progress {
  /** `done` of `total` steps of the named phase, with figures worth showing beside the bar. */
  update(
    phase: string,
    done: number,
    total: number,
    figures?: Readonly<Record<string, number | string>>,
  ): void;
  /** One line of information. */
  message(text: string): void;
}

export const silentProgress: Progress = { update: () => {}, message: () => {} };
