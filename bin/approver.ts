import { TOTP } from 'otpauth';

/** A mail in the local outbox. */
export interface Mail {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** Reads the outbox of the local AWS, oldest first. */
export async function readMails(origin: string): Promise<Mail[]> {
  const { mails } = (await (await fetch(`${origin}/_local/mail.json`)).json()) as { mails: Mail[] };
  return mails.toReversed();
}

/** The link in the latest mail to somebody, once there are that many mails to them; it has ten seconds. */
export async function awaitLink(origin: string, to: string, count = 1): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const own = (await readMails(origin)).filter((mail) => mail.to.includes(to));
    const link = /https?:\/\/\S+\/a\/[\w-]+/.exec(own.at(-1)?.text ?? '')?.[0];
    if (own.length >= count && link) return link;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`There is no mail number ${count} to ${to}.`);
}

/** A page as a browser has it before it is drawn. */
export interface Page {
  readonly status: number;
  readonly text: string;
}

/** As much of a browser as forms need: it keeps cookies, follows redirects, and says where a form comes from. */
export function openBrowser() {
  const cookies = new Map<string, string>();
  const go = async (url: string, init: RequestInit = {}): Promise<Page> => {
    const headers = { ...init.headers, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location) return go(new URL(location, url).href);
    return { status: response.status, text: await response.text() };
  };
  const post = (url: string, fields: Readonly<Record<string, string>>): Promise<Page> =>
    go(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin },
      body: new URLSearchParams(fields).toString(),
    });
  return { go, post };
}

/** What an approver says, and by which authenticator they prove who they are. */
export interface Saying {
  readonly name: string;
  readonly totpSecret: string;
  /** Epoch ms of the clock that the codes are checked by. */
  readonly now: number;
  readonly verdict: 'approve' | 'refuse' | 'ask_back';
  readonly reason?: string;
}

/** Opens the link of a mail, signs in with a real code, and presses the button. Answers the page with the question and the one after it. */
export async function decide(
  link: string,
  { name, totpSecret, now, verdict, reason }: Saying,
): Promise<{ asked: Page; answer: Page }> {
  const { go, post } = openBrowser();
  await go(link);
  const code = new TOTP({ secret: totpSecret }).generate({ timestamp: now });
  const people = link.replace(/\/a\/.*$/, '');
  const signedIn = await post(`${people}/sign-in`, { approver: name, code, return: new URL(link).pathname });
  const asked = signedIn.text.includes('name="verdict"') ? signedIn : await go(link);
  const csrf = /name="csrf" value="([^"]+)">\s*<input type="hidden" name="verdict"/.exec(asked.text)?.[1] ?? '';
  return { asked, answer: await post(link, { verdict, csrf, ...(reason !== undefined && { reason }) }) };
}
