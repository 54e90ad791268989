/** How the HTML report looks, on a screen and on paper. No font, picture or file from elsewhere. */
export const reportStyle = `
:root { color-scheme: light; --ink: #1b1f24; --quiet: #59636e; --line: #d0d7de; --good: #1a7f37; --bad: #b3261e; --warn: #8a5a00; --soft: #f6f8fa; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; color: var(--ink); background: #fff; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
p { margin: .4rem 0; }
.badge { display: inline-block; padding: .1rem .55rem; border: 1.5px solid currentColor; border-radius: 1rem; font-size: .85rem; font-weight: 600; }
.succeeded, .done { color: var(--good); }
.failed, .timed-out, .damaged { color: var(--bad); }
.rolled-back, .abandoned, .unfinished, .waived, .overridden, .in-doubt, .cancelled { color: var(--warn); }
.rehearsal { padding: .5rem .8rem; border: 2px dashed var(--warn); font-weight: 600; }
.exceptions { padding: .2rem 1rem; border-left: 4px solid var(--warn); background: #fff8e6; }
.exceptions.none { border-left-color: var(--good); background: #f0f9f2; }
ul { margin: .4rem 0; padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
th { width: 11rem; color: var(--quiet); }
.attempt { margin: .6rem 0 1rem; padding: .1rem 0 .1rem .9rem; border-left: 3px solid var(--line); }
.attempt table { font-size: .9rem; }
pre { margin: .4rem 0; padding: .6rem .8rem; background: var(--soft); border: 1px solid var(--line); white-space: pre-wrap; font: .85rem/1.45 ui-monospace, monospace; }
code { font: .9em ui-monospace, monospace; }
.quiet { color: var(--quiet); }
@media print {
	@page { margin: 16mm; }
	body { max-width: none; padding: 0; font-size: 10pt; }
	h2, h3 { break-after: avoid; }
	tr, li, .exceptions { break-inside: avoid; }
	pre { background: none; }
}
`;
