/** Of the page: one column of text beside a list of what there is, above it on a phone; light or dark as the reader has it. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1b1f24;--paper:#fff;--panel:#f6f8fa;--line:#d0d7de;--link:#0550ae}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--paper:#0d1117;--panel:#161b22;--line:#3d444d;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--text);font:15px/1.5 system-ui,sans-serif}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--paper);padding:8px}
.page{display:grid;grid-template-columns:13rem minmax(0,1fr);max-width:72rem;margin:auto;gap:0 2rem;padding:0 1rem}
nav{position:sticky;top:0;max-height:100vh;overflow:auto;padding:1.5rem 0}
nav ul{list-style:none;margin:0 0 1rem;padding:0}
nav a{display:block;padding:2px 0;text-decoration:none}
main{padding:1rem 0 4rem}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin:2.5rem 0 .5rem;border-bottom:1px solid var(--line)}h3{font-size:.95rem;margin:1rem 0 .25rem}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;background:var(--paper)}
summary{padding:.4rem .75rem;cursor:pointer;border-radius:6px}summary:hover,details[open]>summary{background:var(--panel)}
details>div{padding:.25rem .75rem .75rem;scroll-margin-top:4rem}
code,pre,summary b{font-family:ui-monospace,monospace;font-size:.87em}
code{overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.5rem .75rem;overflow:auto;max-height:24rem;tab-size:2}
main ul{padding-left:1.1rem;margin:.25rem 0}li p,li>p{margin:.1rem 0}
@media(max-width:48rem){.page{display:block}nav{position:static;max-height:none}nav ul{columns:2}}
`;
