type TypedArray = Float64Array | Float32Array | Int32Array | Uint8Array;

/**
 * A copy of plain data whose typed arrays lie in memory that all threads share: it goes to a worker without being copied
 * again, and is freed when the last thread has let go of it.
 */
export function inSharedMemory<T>(data: T): T {
  if (ArrayBuffer.isView(data)) {
    const array = data as unknown as TypedArray;
    const memory = new SharedArrayBuffer(array.byteLength);
    new Uint8Array(memory).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    const type = array.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
    return new type(memory) as unknown as T;
  }
  if (Array.isArray(data)) return data.map(inSharedMemory) as T;
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, inSharedMemory(value)])) as T;
}

/** Bytes of all typed arrays in plain data. */
export function arrayBytes(data: unknown): number {
  if (ArrayBuffer.isView(data)) return data.byteLength;
  if (data === null || typeof data !== 'object') return 0;
  return Object.values(data).reduce((sum: number, value) => sum + arrayBytes(value), 0);
}
