/** Base of every error this package throws on purpose: `module.function: what was expected, what came`, and what to do. */
export class FieldsmithError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An argument, option or configuration value that cannot be used. */
export class InvalidInputError extends FieldsmithError {}

/** A geometry or mesh that cannot be used: self-intersecting, of zero size, disconnected, not watertight. */
export class GeometryError extends FieldsmithError {}

/** A problem without a solution or with more than one, as an all-Neumann problem with a net source. */
export class IllPosedProblemError extends FieldsmithError {}

/** A file that is truncated, corrupt, of another kind, or not writable. */
export class FileError extends FieldsmithError {}
