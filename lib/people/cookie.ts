import type { PageRequest } from './page-request.ts';

/** The cookies of these pages. */
export type CookieName = 'countersign' | 'countersign-sign-in';

/** `__Host-` keeps other hosts of the domain from setting it; it needs https, which a loopback port does not have. */
const nameOf = (name: CookieName, secure: boolean): string => (secure ? `__Host-${name}` : name);
const isSecure = ({ origin }: PageRequest): boolean => origin.startsWith('https:');

/** The value of a cookie that the browser sent. */
export function cookieOf(request: PageRequest, name: CookieName): string | undefined {
  const prefix = `${nameOf(name, isSecure(request))}=`;
  const pairs = (request.header('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

/** A Set-Cookie that no script reads and no other site's form sends; an empty value takes the cookie away. */
export const cookie = (request: PageRequest, name: CookieName, [value, seconds]: readonly [string, number]): string => {
  const secure = isSecure(request);
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax', `Max-Age=${seconds}`, ...(secure ? ['Secure'] : [])];
  return `${nameOf(name, secure)}=${value}; ${attributes.join('; ')}`;
};

/** A Set-Cookie that takes a cookie away. */
export const noCookie = (request: PageRequest, name: CookieName): string => cookie(request, name, ['', 0]);
