import { FileError } from '../../common/errors.js';
import { STEP_SIZE, type Steps } from '../steps.js';
import type { MshContent } from './msh-content.js';
import type { NumberReader } from './number-reader.js';

const entityKey = (dimension: number, tag: number) => `${dimension} ${tag}`;

/** First physical tag of every entity, by dimension and tag. */
export type PhysicalTags = Map<string, number>;

/** `$Entities` and `$PartitionedEntities` of MSH 4.1. */
export function readEntities(read: NumberReader, partitioned: boolean, physicalTags: PhysicalTags): void {
  if (partitioned) {
    read.size();
    for (let ghosts = read.size(); ghosts > 0; ghosts--) {
      read.int();
      read.int();
    }
  }
  const counts = [read.size(), read.size(), read.size(), read.size()];
  for (const [dimension, count] of counts.entries())
    for (let entity = 0; entity < count; entity++) {
      const tag = read.int();
      if (partitioned) {
        read.int();
        read.int();
        for (let part = read.size(); part > 0; part--) read.int();
      }
      for (let k = dimension === 0 ? 3 : 6; k > 0; k--) read.double();
      const physicalCount = read.size();
      for (let p = 0; p < physicalCount; p++) {
        const physical = read.int();
        if (p === 0) physicalTags.set(entityKey(dimension, tag), physical);
      }
      if (dimension > 0) for (let bounding = read.size(); bounding > 0; bounding--) read.int();
    }
}

/** `$Nodes` of MSH 4.1: blocks of tags, then coordinates, with parameters where an entity has them. */
export function* readNodes4(read: NumberReader, content: MshContent, bytesLeft: () => number): Steps<void> {
  const blocks = read.size();
  const count = read.size();
  read.size();
  read.size();
  const { size, double } = read.smallest;
  checkRoom(count * (size + 3 * double), bytesLeft(), `${count} nodes`);
  content.startNodes(count);
  let first = 0;
  for (let block = 0; block < blocks; block++) {
    const dimension = read.int();
    read.int();
    const parameters = read.int() === 0 ? 0 : dimension;
    const inBlock = read.size();
    if (first + inBlock > count)
      throw new FileError(`readMsh: there are more nodes than the ${count} announced; the file is corrupt.`);
    for (let n = 0; n < inBlock; n++) content.nodeTags[first + n] = read.size();
    for (let n = 0; n < inBlock; n++) {
      for (let k = 0; k < 3; k++) content.points[3 * (first + n) + k] = read.double();
      for (let k = 0; k < parameters; k++) read.double();
      if (n % (STEP_SIZE >> 5) === 0) yield read.position;
    }
    first += inBlock;
  }
  if (first !== count)
    throw new FileError(`readMsh: the file announces ${count} nodes and has ${first}; it is truncated.`);
  content.endNodes();
}

/** `$Elements` of MSH 4.1: blocks of elements of one type on one entity. */
export function* readElements4(
  read: NumberReader,
  content: MshContent,
  physicalTags: PhysicalTags,
  bytesLeft: () => number,
): Steps<void> {
  const blocks = read.size();
  const count = read.size();
  read.size();
  read.size();
  checkRoom(count * 2 * read.smallest.size, bytesLeft(), `${count} elements`);
  content.startElements(count);
  const nextTag = () => read.size();
  for (let block = 0; block < blocks; block++) {
    const dimension = read.int();
    const physical = physicalTags.get(entityKey(dimension, read.int())) ?? 0;
    const type = content.elementType(read.int());
    const inBlock = read.size();
    checkRoom(inBlock * (type.points + 1) * read.smallest.size, bytesLeft(), `${inBlock} elements`);
    for (let e = 0; e < inBlock; e++) {
      content.addElement(read.size(), type, physical, nextTag);
      if (e % (STEP_SIZE >> 5) === 0) yield read.position;
    }
  }
}

/** @throws FileError if a file cannot hold what it announces; the last number of an ascii file needs no space after it */
export function checkRoom(needed: number, left: number, what: string): void {
  if (needed > left + 1)
    throw new FileError(
      `readMsh: ${what} take ${needed} bytes or more, ${left} are left; the file is truncated or corrupt.`,
    );
}
