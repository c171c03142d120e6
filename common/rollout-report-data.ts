/** By frame, or by wave number: as many numbers as the curve has places. */
export type Curve = ArrayLike<number>;

/**
 * Everything a report on a roll-out on one periodic axis shows. All values are measured by whoever writes the report; the
 * report draws them and computes nothing but ranges.
 */
export interface RolloutReportData {
  readonly title: string;
  /** What was trained on what, in one or two sentences. */
  readonly summary: string;
  /** Headline figures, formatted. */
  readonly figures: readonly { readonly label: string; readonly value: string; readonly note?: string }[];
  readonly points: number;
  readonly length: number;
  /** Time between two frames, and number of frames; those beyond `trainedFrames` were not in the training data. */
  readonly interval: number;
  readonly frames: number;
  readonly trainedFrames?: number;
  /** Fields `[frame][point]`. */
  readonly samples: readonly {
    readonly title: string;
    readonly reference: Curve;
    readonly predicted: Curve;
  }[];
  /** ‖û − u‖/‖u‖ by frame: quartiles over the trajectories of each set. */
  readonly errors: readonly {
    readonly label: string;
    readonly lower: Curve;
    readonly median: Curve;
    readonly upper: Curve;
  }[];
  /** Error from which a roll-out is of no use, and the median frame before it. */
  readonly horizon: { readonly error: number; readonly frame: number };
  /** Median energy by wave number at a frame. */
  readonly spectra: readonly {
    readonly frame: number;
    readonly reference: Curve;
    readonly predicted: Curve;
  }[];
  /** Means over the trajectories by frame, of prediction and reference. */
  readonly energy: { readonly reference: Curve; readonly predicted: Curve };
  readonly variation: { readonly reference: Curve; readonly predicted: Curve };
  /** Root mean square residual of the energy law by step, over the energy. */
  readonly energyResidual: { readonly reference: Curve; readonly predicted: Curve };
  /** ‖û − Φ(u)‖/‖u‖ of the step into each frame, û from the model's own state u and Φ the solver's step; 0 at frame 0. */
  readonly defect: Curve;
  /** What is left of white noise after n steps, n = 0 …; the solver's is how it should be. */
  readonly noiseGain: { readonly level: number; readonly model: Curve; readonly solver?: Curve };
  /** ‖J‖₂ of the steps from some frames on, and growth along them. */
  readonly contraction?: {
    /** "in a ball of root mean square 0.001 S_u around each state" */
    readonly neighbourhood: string;
    readonly firstFrame: number;
    readonly lower: Curve;
    readonly upper: Curve;
    readonly solver?: Curve;
    readonly growth: { readonly lower: Curve; readonly upper: Curve };
    /** What the growth holds for, in words. */
    readonly admissible: string;
  };
  /** Cells formatted by the writer. */
  readonly tables?: readonly {
    readonly title: string;
    readonly note?: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }[];
  readonly configuration: Readonly<Record<string, string>>;
}
