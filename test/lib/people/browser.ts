/** What a page said. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly url: string;
}

type Fields = Record<string, string>;

/** A browser without a screen: keeps cookies, follows redirects, says where its forms come from. */
export function browser(url: string) {
  const jar = new Map<string, string>();
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
  };
  const once = async (target: string, init: RequestInit = {}): Promise<Response> => {
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'sec-fetch-site': 'same-origin', ...(cookies && { cookie: cookies }), ...Object(init.headers) };
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    keep(response);
    return response;
  };
  const request = async (path: string, init?: RequestInit): Promise<Seen> => {
    let at = new URL(path.startsWith('http') ? path : `${url}${path}`);
    let response = await once(at.href, init);
    for (let n = 0; n < 10 && response.status >= 300 && response.status < 400; n++) {
      at = new URL(response.headers.get('location') ?? '', at);
      await response.body?.cancel();
      response = await once(at.href);
    }
    return { status: response.status, headers: response.headers, body: await response.text(), url: at.href };
  };
  const post = (path: string, fields: Fields, headers: Fields = {}) =>
    request(path, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: 'null', ...headers } });
  return {
    jar,
    once,
    request,
    get: (path: string) => request(path),
    post,
    signIn: (approver: string, code: string, goTo = '/') => post('/sign-in', { approver, code, return: goTo }),
    /** Fills in and sends the form of a page whose hidden fields say so. */
    submit: (seen: Seen, verdict: string, fields: Fields = {}) => {
      const form = formsOf(seen).find((each) => each.fields['verdict'] === verdict);
      if (!form) throw new Error(`the page has no form to ${verdict}`);
      return request(new URL(form.action, seen.url).href, {
        method: 'POST',
        body: new URLSearchParams({ ...form.fields, ...fields }),
        headers: { origin: 'null' },
      });
    },
  };
}

/** The forms of a page with their hidden fields. */
export const formsOf = ({ body }: Pick<Seen, 'body'>): { action: string; fields: Fields }[] =>
  [...body.matchAll(/<form method="post" action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].map(
    ([, action = '', inner = '']) => ({
      action,
      fields: Object.fromEntries(
        [...inner.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
          ([, name = '', value = '']) => [name, value],
        ),
      ),
    }),
  );
