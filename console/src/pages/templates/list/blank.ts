/** What a new message begins with. */

export const BLANK_BLOCKS = `<mjml>
  <mj-head>
    <mj-style>
      @media (prefers-color-scheme: dark) {
        .ground { background-color: #14161b !important; }
        .card, .card > table { background-color: #1d2027 !important; }
        .card div, .card p { color: #d9dde4 !important; }
      }
    </mj-style>
  </mj-head>
  <mj-body background-color="#f3f4f7" css-class="ground">
    <mj-section padding="28px 0 0"></mj-section>
    <mj-section background-color="#ffffff" border-radius="12px" padding="28px 8px" css-class="card">
      <mj-column>
        <mj-text font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="26px" line-height="34px" font-weight="700" color="#17211e">HEADING</mj-text>
        <mj-text font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="16px" line-height="25px" color="#3b4541">HELLO {{ first_name | default("FRIEND") }},</mj-text>
        <mj-text font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="16px" line-height="25px" color="#3b4541">TEXT</mj-text>
        <mj-button font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" background-color="#5b49df" border-radius="8px" font-size="16px" font-weight="600" inner-padding="13px 26px" href="https://example.com/" align="left">BUTTON</mj-button>
      </mj-column>
    </mj-section>
    <mj-section padding="20px 8px">
      <mj-column>
        <mj-text font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" align="center" font-size="13px" line-height="20px" color="#68707c"><a href="{{ unsubscribe_url }}" style="color:#68707c">UNSUBSCRIBE</a><br />{{ workspace.name }}, {{ workspace.postal_address }}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;

export const BLANK_HTML = `{{ heading("HEADING") }}
<p>HELLO {{ first_name | default("FRIEND") }},</p>
<p>TEXT</p>
{{ button("BUTTON", "https://example.com/") }}
`;

export const WORDS = ["HEADING", "HELLO", "FRIEND", "TEXT", "BUTTON", "UNSUBSCRIBE"] as const;

/** Writes the words of the reader's language into a source. */
export function written(source: string, say: (word: (typeof WORDS)[number]) => string): string {
  return WORDS.reduce((text, word) => text.replaceAll(word, say(word)), source);
}
