import { printableJson } from './plain-text.ts';
import { shellWord } from './shell-text.ts';
import type { Credentials } from './signed-fetch.ts';

/** One call, to be written in a language. */
export interface SnippetCall {
  readonly url: string;
  readonly region: string;
  readonly input: unknown;
  /** Idempotency key; writes only. */
  readonly key: string | undefined;
  /** Keys of the local stack; a deployment's caller brings the ordinary ones. */
  readonly credentials: Credentials | undefined;
}

/** Writes a call as a program: signed when it runs, and runnable as printed. */
export type Snippet = (call: SnippetCall) => string;

const localKeys = 'Keys of the stack on this machine; they are worth nothing elsewhere.';

const curl: Snippet = ({ url, region, input, key, credentials }) => {
  const [id, secret] = credentials
    ? [shellWord(credentials.accessKeyId), shellWord(credentials.secretAccessKey)]
    : ['"$AWS_ACCESS_KEY_ID"', '"$AWS_SECRET_ACCESS_KEY"'];
  return `# Needs curl 7.75 or later. ${credentials ? localKeys : 'Signs with the keys in the environment.'}
curl --silent --show-error --fail-with-body ${shellWord(url)} \\
  --aws-sigv4 ${shellWord(`aws:amz:${region}:execute-api`)} --user ${id}:${secret} \\${
    credentials ? '' : `\n  \${AWS_SESSION_TOKEN:+--header "x-amz-security-token: $AWS_SESSION_TOKEN"} \\`
  }
  --header 'content-type: application/json' \\${key === undefined ? '' : `\n  --header ${shellWord(`idempotency-key: ${key}`)} \\`}
  --data ${shellWord(printableJson(input))}
`;
};

const python: Snippet = ({ url, region, input, key, credentials }) => `# Needs botocore.
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
${
  credentials
    ? `from botocore.credentials import Credentials

# ${localKeys}
credentials = Credentials(${pythonText(credentials.accessKeyId)}, ${pythonText(credentials.secretAccessKey)})`
    : `from botocore.session import get_session

credentials = get_session().get_credentials().get_frozen_credentials()`
}
headers = {"Content-Type": "application/json"${key === undefined ? '' : `, "Idempotency-Key": ${pythonText(key)}`}}
body = ${pythonText(printableJson(input))}
signed = AWSRequest("POST", ${pythonText(url)}, headers=headers, data=body)
SigV4Auth(credentials, "execute-api", ${pythonText(region)}).add_auth(signed)
request = urllib.request.Request(signed.url, body.encode(), dict(signed.headers), method="POST")
try:
    with urllib.request.urlopen(request, timeout=35) as answer:
        print(answer.read().decode())
except urllib.error.HTTPError as refusal:
    raise SystemExit(f"{refusal.code} {refusal.read().decode()}")
`;

/** Raw where that can be read; else a JSON text, which is a Python text too. */
const pythonText = (text: string): string => (/'|\\$|[^ -~]/.test(text) ? JSON.stringify(text) : `r'${text}'`);

const typescript: Snippet = ({ url, region, input, key, credentials }) => `// Needs Node 24 and @smithy/signature-v4${
  credentials ? '' : ', @aws-sdk/credential-provider-node'
}: run it where they are installed, such as this checkout.
import { type BinaryLike, createHash, createHmac } from 'node:crypto';
${credentials ? '' : "import { defaultProvider } from '@aws-sdk/credential-provider-node';\n"}import { SignatureV4 } from '@smithy/signature-v4';

class Sha256 {
  hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret ? createHmac('sha256', secret as BinaryLike) : createHash('sha256');
  }
  update(chunk: Uint8Array) {
    this.hash.update(chunk);
  }
  async digest() {
    return this.hash.digest();
  }
  reset() {}
}

${
  credentials
    ? `// ${localKeys}
const credentials = {
  accessKeyId: ${scriptText(credentials.accessKeyId)},
  secretAccessKey: ${scriptText(credentials.secretAccessKey)},
};`
    : 'const credentials = defaultProvider();'
}
const signer = new SignatureV4({ credentials, region: ${scriptText(region)}, service: 'execute-api', sha256: Sha256 });
const { protocol, host, hostname, pathname, href } = new URL(${scriptText(url)});
const body = JSON.stringify(${printableJson(input)});
const headers = {
  host,
  'content-type': 'application/json',${key === undefined ? '' : `\n  'idempotency-key': ${scriptText(key)},`}
};
const signed = await signer.sign({ method: 'POST', protocol, hostname, path: pathname, headers, body });
const answer = await fetch(href, { method: 'POST', headers: signed.headers, body });
console.log(await answer.text());
if (!answer.ok) process.exitCode = 1;
`;

const scriptText = (text: string): string => printableJson(text);

/** The languages that a call can be written in. */
export const snippets = { curl, python, typescript } as const satisfies Readonly<Record<string, Snippet>>;

/** A language that a call can be written in. */
export type Language = keyof typeof snippets;
