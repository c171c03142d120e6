import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { FileError, InvalidInputError } from '../common/errors.js';

/** A token that cannot be found by trying. */
const SHORTEST_TOKEN = 16;

/** Whether an address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  if (address.toLowerCase() === 'localhost') return true;
  const family = isIP(address);
  if (family === 0) return false;
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** @throws FileError for a file that cannot be read; InvalidInputError for a token that is too short, or no single line */
export function readToken(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FileError(`serve: cannot read the token file ${path}: ${(cause as Error).message}`, { cause });
  }
  return checkedToken(text.trim());
}

/** @throws InvalidInputError, which does not repeat the token */
export function checkedToken(token: string): string {
  if (token.length < SHORTEST_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
    throw new InvalidInputError(
      `serve: a token has to be at least ${SHORTEST_TOKEN} printable ASCII characters without blanks, as from ` +
        '`openssl rand -hex 32`',
    );
  }
  return token;
}

/** Whether an `Authorization` header bears the token; takes as long whatever it bears. */
export function tokenCheck(token: string): (header: string | undefined) => boolean {
  const expected = digest(token);
  return (header = '') => {
    const [, given = ''] = /^Bearer ([\x21-\x7e]+)$/i.exec(header) ?? [];
    // digests are of one length, which timingSafeEqual asks for, and tell nothing of the token's
    return timingSafeEqual(digest(given), expected);
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether a request names a loopback address as its host: the page of another site names its own (DNS rebinding). */
export function namesLoopback(hostHeader: string | undefined): boolean {
  return isLoopback((hostHeader ?? '').replace(/:\d+$/, ''));
}
