/** Binary heap of pairs, the least value first. */
export class MinimumHeap {
  private readonly values: number[] = [];
  private readonly keys: number[] = [];

  push(value: number, key: number): void {
    const { values, keys } = this;
    let i = values.push(value) - 1;
    keys.push(key);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (values[parent] <= value) break;
      values[i] = values[parent];
      keys[i] = keys[parent];
      i = parent;
    }
    values[i] = value;
    keys[i] = key;
  }

  pop(): { value: number; key: number } | undefined {
    const { values, keys } = this;
    if (values.length === 0) return undefined;
    const top = { value: values[0], key: keys[0] };
    const value = values.pop()!;
    const key = keys.pop()!;
    if (values.length === 0) return top;
    let i = 0;
    while (true) {
      let least = 2 * i + 1;
      if (least >= values.length) break;
      if (least + 1 < values.length && values[least + 1] < values[least]) least++;
      if (values[least] >= value) break;
      values[i] = values[least];
      keys[i] = keys[least];
      i = least;
    }
    values[i] = value;
    keys[i] = key;
    return top;
  }
}
