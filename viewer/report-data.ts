/**
 * Everything a report shows. All values are measured by whoever writes the report; the report computes means,
 * quantiles and bins from them and nothing else.
 */
export interface ReportData {
  readonly title: string;
  /** What was trained on what, in one or two sentences. */
  readonly summary: string;
  /** Headline figures, formatted: { label: 'mean relative L2 error', value: '3.1 %' }. */
  readonly figures: readonly { readonly label: string; readonly value: string; readonly note?: string }[];

  readonly training: {
    readonly lossName: string;
    /** Equal lengths, one entry per logged step. A loss that is ≤ 0 anywhere is drawn on a linear axis. */
    readonly steps: readonly number[];
    readonly loss: readonly number[];
    readonly learningRate: readonly number[];
    readonly seconds: number;
    /** Error on held-out samples during training, if it was measured. */
    readonly validation?: { readonly steps: readonly number[]; readonly relativeL2: readonly number[] };
  };
  readonly supervision: {
    /** Its name in the configuration, as "ritzEnergy". */
    readonly name: string;
    /** Where the training signal comes from and whether any converged solution was seen. */
    readonly description: string;
    /** What one training sample cost, part by part. */
    readonly costPerSample: readonly { readonly part: string; readonly seconds: number }[];
  };

  /** One entry per category and kind of boundary conditions: one error per evaluated sample. */
  readonly errors: readonly {
    readonly boundary: string;
    readonly category: string;
    readonly relativeL2: readonly number[];
  }[];
  /** Error of the discrete reference itself against a finer or exact solution, and how that was measured. */
  readonly discretisation?: {
    readonly method: string;
    readonly errors: readonly { readonly category: string; readonly relativeL2: number }[];
  };
  /**
   * Error reached after a time, set-up included. A classical solver has one point per number of iterations or
   * tolerance, a surrogate usually one.
   */
  readonly solvers: readonly {
    readonly name: string;
    readonly kind: 'surrogate' | 'classical' | 'hybrid';
    readonly points: readonly {
      readonly seconds: number;
      readonly relativeL2: number;
      readonly label?: string;
    }[];
  }[];
  /** Further results, cells formatted by the writer. */
  readonly tables: readonly ReportTable[];
  /** Links to files, relative to the report: the VTU files of the samples, the model, the configuration. */
  readonly files: readonly { readonly path: string; readonly description: string }[];
  /** Pictures as data URIs, so that the report stays one file. */
  readonly pictures?: readonly { readonly dataUri: string; readonly caption: string }[];
  readonly hardware: Readonly<Record<string, string>>;
  readonly configuration: Readonly<Record<string, string>>;
}

export interface ReportTable {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What the charts of a report are drawn from; the rest of {@link ReportData} is static text. */
export type ChartData = Pick<ReportData, 'training' | 'errors' | 'solvers' | 'discretisation'>;
