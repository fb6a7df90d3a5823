import { type ProblemCode, PROBLEMS } from "../http/problem-list.ts";
import { type Html, html, page } from "./html.ts";

/** What `type` of a problem leads to: what it means, and what to do. */
export function problemPage(code: ProblemCode): Html {
  const { status, title, meaning, fix } = PROBLEMS[code];
  return page(
    title,
    html`<p><a href="./">All problems</a></p>
      <h1>${title}</h1>
      <p class="quiet">HTTP status ${status} · <code>/problems/${code}</code></p>
      <p>${withCode(meaning)}</p>
      <h2>What to do</h2>
      <p>${withCode(fix)}</p>`,
  );
}

export function problemListPage(): Html {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, title }]) =>
      html`<tr>
        <td>${status}</td>
        <td><a href="./${code}">${title}</a></td>
        <td><code>${code}</code></td>
      </tr>`,
  );
  return page(
    "Problems",
    html`<p><a href="../docs">Reference</a></p>
      <h1>Problems</h1>
      <p>
        Every failed request is answered with <code>application/problem+json</code> (RFC 9457). Its <code>type</code> is
        the address of one of these pages.
      </p>
      <table>
        <thead>
          <tr>
            <th>Status</th>
            <th>Problem</th>
            <th>Code</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
  );
}

/** What stands between back-quotes is code. */
function withCode(text: string): Html[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
