import { type Html, html, type Part } from '../html.ts';

/** Who looks at a page. */
export interface Visitor {
  /** What precedes every path. */
  readonly base: string;
  /** Absent before sign-in. */
  readonly signedIn?: { readonly name: string; readonly formToken: string };
}

/** A whole page. Its title never carries words of an agent or a system. */
export const layout = ({ base, signedIn }: Visitor, title: string, content: Part): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} – Countersign</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="${base}/style.css">
</head>
<body>
<header>
<a class="brand" href="${base}/">Countersign</a>
${
  signedIn &&
  html`<form method="post" action="${base}/sign-out" class="who">
<input type="hidden" name="csrf" value="${signedIn.formToken}">
<span>${signedIn.name}</span>
<button class="quiet">Sign out</button>
</form>`
}
</header>
<main>
${content}
</main>
</body>
</html>
`;
