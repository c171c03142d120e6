import { FileError } from '../../common/errors.js';
import { excerpt } from './excerpt.js';
import { startsWith } from './find-bytes.js';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Bytes of the first text directly inside the element that is not blank; an empty range if there is none */
  readonly textStart: number;
  readonly textEnd: number;
}

interface OpenElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  textStart: number;
  textEnd: number;
}

/** Limits that no data file of this kind comes near; they bound the memory of a hostile one. */
const LIMITS = { depth: 32, elements: 200_000, tagBytes: 16_384 } as const;
const [LESS, GREATER] = [60, 62];
const utf8 = new TextDecoder();

/**
 * The elements of an XML document without DTD, up to byte `end`: enough for data files, in linear time, with bounded depth
 * and number. Text stays where it is, as ranges of bytes. Entities other than the five predefined ones and character
 * references are kept as text; a document type declaration, the only way to define more, is refused.
 *
 * @param unclosed elements that may still be open at `end`
 * @throws FileError if elements do not nest or the text ends inside one
 */
export function parseXml(
  bytes: Uint8Array,
  reader: string,
  end = bytes.length,
  unclosed: readonly string[] = [],
): XmlElement {
  const root: OpenElement = { name: '', attributes: {}, children: [], textStart: 0, textEnd: 0 };
  const stack: OpenElement[] = [root];
  let position = 0;
  let count = 0;
  while (position < end) {
    const found = bytes.indexOf(LESS, position);
    const open = found < 0 || found >= end ? end : found;
    const parent = stack[stack.length - 1];
    if (parent.textStart === parent.textEnd && !isBlank(bytes, position, open))
      [parent.textStart, parent.textEnd] = [position, open];
    if (open === end) break;
    if (startsWith(bytes, '<!--', open)) {
      position = afterText(bytes, '-->', open + 4, end, reader);
      continue;
    }
    if (startsWith(bytes, '<?', open)) {
      position = afterText(bytes, '?>', open + 2, end, reader);
      continue;
    }
    if (startsWith(bytes, '<!', open))
      throw new FileError(
        `${reader}: the XML has a document type or CDATA section; data files need none, and it is refused.`,
      );
    const close = afterText(bytes, '>', open, end, reader) - 1;
    if (close - open > LIMITS.tagBytes)
      throw new FileError(`${reader}: an XML tag is ${close - open} bytes long; the file is corrupt.`);
    position = close + 1;
    if (startsWith(bytes, '</', open)) {
      const name = utf8.decode(bytes.subarray(open + 2, close)).trim();
      if (stack.length === 1 || parent.name !== name)
        throw new FileError(
          `${reader}: XML element </${excerpt(name)}> closes <${excerpt(parent.name)}>; the file is corrupt.`,
        );
      stack.pop();
      continue;
    }
    const selfClosing = bytes[close - 1] === 47;
    const element = openElement(utf8.decode(bytes.subarray(open + 1, selfClosing ? close - 1 : close)));
    parent.children.push(element);
    if (++count > LIMITS.elements)
      throw new FileError(`${reader}: more than ${LIMITS.elements} XML elements; the file is corrupt.`);
    if (selfClosing) continue;
    stack.push(element);
    if (stack.length > LIMITS.depth)
      throw new FileError(
        `${reader}: XML elements are nested more than ${LIMITS.depth} deep; the file is corrupt.`,
      );
  }
  const open = stack.slice(1).map((element) => element.name);
  if (open.length > 0 && open.join(' ') !== unclosed.join(' '))
    throw new FileError(
      `${reader}: XML element <${excerpt(open[open.length - 1])}> is not closed; the file is truncated.`,
    );
  return root;
}

/** The text of an element, entities decoded. */
export function elementText(bytes: Uint8Array, element: XmlElement): string {
  return decodeEntities(utf8.decode(bytes.subarray(element.textStart, element.textEnd))).trim();
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] > 32) return false;
  return true;
}

/** Where the text that follows next ends; its last character is `>`. */
function afterText(bytes: Uint8Array, text: string, from: number, end: number, reader: string): number {
  for (let i = bytes.indexOf(GREATER, from); i >= 0 && i < end; i = bytes.indexOf(GREATER, i + 1)) {
    const start = i + 1 - text.length;
    if (start >= from && startsWith(bytes, text, start)) return i + 1;
  }
  throw new FileError(`${reader}: the file ends inside an XML element; it is truncated.`);
}

function openElement(tag: string): OpenElement {
  const attributes: Record<string, string> = Object.create(null);
  const name = /^[^\s/]*/.exec(tag)![0];
  // by hand: a regular expression for name="value" is quadratic on a long tag without an equals sign
  let position = name.length;
  for (;;) {
    const equals = tag.indexOf('=', position);
    if (equals < 0) break;
    const key = tag.slice(position, equals).trim();
    const open = equals + 1 + (tag.slice(equals + 1).length - tag.slice(equals + 1).trimStart().length);
    const quote = tag[open];
    if (quote !== '"' && quote !== "'") break;
    const close = tag.indexOf(quote, open + 1);
    if (close < 0) break;
    attributes[key] = decodeEntities(tag.slice(open + 1, close));
    position = close + 1;
  }
  return { name, attributes, children: [], textStart: 0, textEnd: 0 };
}

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|lt|gt|amp|quot|apos);/g, (whole, entity: string) => {
    if (!entity.startsWith('#')) return PREDEFINED[entity];
    const code = entity[1] === 'x' ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** For writing: text that is safe inside an element or attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
