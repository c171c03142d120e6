import { FileError } from '../../common/errors.js';

/**
 * Memory that a reader may still take: a small file can promise enormous arrays. Everything whose size a file only claims is
 * spent here before it is allocated.
 */
export class MemoryBudget {
  private left: number;

  constructor(
    private readonly limit: number,
    private readonly reader: string,
  ) {
    this.left = limit;
  }

  spend(bytes: number, what: string): void {
    this.left -= bytes;
    if (!(this.left >= 0))
      throw new FileError(
        `${this.reader}: ${what} would bring the memory for this file to over ${this.limit} bytes; the file is corrupt.`,
      );
  }
}
