/** The style of all pages: the system's own type, light and dark, from 320 px up. */
export const style = `:root {
  color-scheme: light dark;
  --ground: #ffffff;
  --raised: #f3f5f7;
  --text: #15191d;
  --muted: #4d5862;
  --line: #7d8a96;
  --main: #0b5c3b;
  --on-main: #ffffff;
  --refuse: #9c1c1c;
  --alert: #fff1d6;
  --alert-line: #8a5a00;
  --link: #0a4f9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a;
    --raised: #1e2328;
    --text: #eef1f4;
    --muted: #aeb8c2;
    --line: #75818c;
    --main: #7fd8ab;
    --on-main: #06251a;
    --refuse: #ffb0a8;
    --alert: #3a2c10;
    --alert-line: #e0ac4d;
    --link: #9cc7ff;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-bottom: 6rem; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.45 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
header, main { max-width: 44rem; margin: 0 auto; padding: 0.75rem 1rem; }
header { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; justify-content: space-between; }
main { padding-bottom: 4rem; }
.brand { font-weight: 700; color: inherit; text-decoration: none; padding: 0.5rem 0; }
.who { display: flex; gap: 0.5rem; align-items: center; }
h1 { font-size: 1.4rem; line-height: 1.2; margin: 0.25rem 0 0.5rem; }
h2 { font-size: 1.1rem; margin: 0 0 0.4rem; }
section, details, dl { margin: 0.75rem 0; }
dl { font-size: 0.95rem; line-height: 1.35; }
p { margin: 0.4rem 0; }
a { color: var(--link); }
.kicker, .remark { color: var(--muted); font-size: 0.9rem; }
.headline { font-weight: 600; }
dl > div {
  display: grid;
  grid-template-columns: 7.5rem 1fr;
  gap: 0.6rem;
  padding: 0.25rem 0;
  border-bottom: 1px solid var(--raised);
}
.why { margin: 0.5rem 0; }
dl > .warning { margin-left: -0.65rem; padding: 0.25rem 0 0.25rem 0.4rem; }
dt { color: var(--muted); font-size: 0.85rem; }
.age { white-space: nowrap; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.warning, .problem { background: var(--alert); border-left: 4px solid var(--alert-line); padding: 0.5rem 0.75rem; }
.fields { display: grid; gap: 0.5rem; }
label { font-weight: 600; }
input, select, textarea {
  font: inherit;
  width: 100%;
  min-height: 2.75rem;
  padding: 0.5rem 0.6rem;
  color: inherit;
  background: var(--ground);
  border: 1px solid var(--line);
  border-radius: 0.35rem;
}
button, .button {
  display: inline-block;
  font: inherit;
  font-weight: 600;
  min-height: 2.75rem;
  padding: 0.6rem 1rem;
  color: inherit;
  background: var(--raised);
  border: 1px solid var(--line);
  border-radius: 0.35rem;
  text-decoration: none;
  cursor: pointer;
}
.main { background: var(--main); color: var(--on-main); border-color: var(--main); }
.refuse { color: var(--refuse); border-color: var(--refuse); }
.who { font-size: 0.9rem; }
.quiet { font-weight: 400; padding: 0.4rem 0.6rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.decide { position: sticky; bottom: 0; padding: 0.6rem 0; background: var(--ground); }
.decide button { padding-inline: 0.4rem; }
summary { padding: 0.6rem 0; font-weight: 600; cursor: pointer; }
.other { border-top: 1px solid var(--raised); margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; overflow-wrap: normal; }
th, td { min-width: 6.5rem; text-align: left; padding: 0.4rem 0.6rem 0.4rem 0; border-bottom: 1px solid var(--raised); vertical-align: top; }
.note {
  margin: 0;
  padding: 0.75rem;
  max-height: 20rem;
  overflow: auto;
  white-space: pre-wrap;
  background: var(--raised);
  border: 1px dashed var(--line);
}
.words { white-space: pre-wrap; }
.decisions { padding-left: 1.2rem; }
.cards { list-style: none; padding: 0; }
.choice { display: flex; gap: 0.75rem; align-items: flex-start; }
.choice input { flex: none; width: 1.75rem; min-height: 0; height: 1.75rem; margin: 0; accent-color: var(--main); }
.cards > li { padding: 0.75rem 0; border-bottom: 1px solid var(--raised); }
@media (min-width: 40rem) {
  dl > div { grid-template-columns: 12rem 1fr; gap: 0.75rem; }
}
`;
