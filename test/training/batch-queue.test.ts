import { describe, expect, it } from 'vitest';
import { batchQueue } from '../../training/batch-queue.js';

const empty = { inputs: {} };

describe('batchQueue', () => {
  it('builds each batch once, no further ahead than allowed and not beyond the end', async () => {
    const built: number[] = [];
    const queue = batchQueue(async (index) => {
      built.push(index);
      return { ...empty, context: index };
    }, 2);
    for (let index = 0; index < 6; index++) {
      expect((await queue.get(index, 6)).context).toBe(index);
      expect(Math.max(...built)).toBe(Math.min(index + 2, 5));
    }
    expect(built).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('hands batches out by index whatever order they are finished in', async () => {
    const queue = batchQueue(async (index) => {
      await new Promise((resolve) => setTimeout(resolve, index % 2 === 0 ? 8 : 1));
      return { ...empty, context: index };
    }, 3);
    const order: unknown[] = [];
    for (let index = 0; index < 6; index++) order.push((await queue.get(index, 6)).context);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('starts anew after a jump back, and raises a failure where its batch is asked for', async () => {
    const queue = batchQueue(async (index) => {
      if (index === 2) throw new Error('batch 2');
      return { ...empty, context: index };
    }, 2);
    expect((await queue.get(0, 9)).context).toBe(0);
    expect((await queue.get(1, 9)).context).toBe(1);
    await expect(queue.get(2, 9)).rejects.toThrow('batch 2');
    expect((await queue.get(0, 9)).context).toBe(0);
  });
});
