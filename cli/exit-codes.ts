/** What the command ends with. */
export const EXIT = {
  ok: 0,
  /** Files, problems and work that fail; standard error says why */
  error: 1,
  /** Options and arguments that make no sense */
  usage: 2,
  /** A plan of control that does not keep the limits */
  limits: 3,
  /** ctrl-C, 128 + SIGINT */
  interrupted: 130,
} as const;
