/// The style of a page, light and dark. Blue raises and orange lowers a score: two colors that color-blind people can
/// distinguish.
enum StyleSheet {
    static let css = """
        :root {
          color-scheme: light dark;
          --page: #f4f6f8; --card: #ffffff; --ink: #18222d; --muted: #55626f; --grid: #e1e6eb; --edge: #d5dce3;
          --raise: #1d6fb8; --lower: #c65a11; --soft: #dcebf8; --count: #aebac6;
          --good: #14733c; --good-soft: #e2f3e8; --fair: #8a5a00; --fair-soft: #fbf0d9; --bad: #a82a1f; --bad-soft: #fbe6e3;
          --on-color: #ffffff;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --page: #10151b; --card: #19212a; --ink: #e7edf3; --muted: #a3b0bd; --grid: #2a3541; --edge: #2f3b48;
            --raise: #5ab0f2; --lower: #f09a55; --soft: #1d3750; --count: #56677a;
            --good: #6fd398; --good-soft: #17352a; --fair: #f0c261; --fair-soft: #3a2f17; --bad: #ff9084;
            --bad-soft: #43211f; --on-color: #0c1116;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 6px; }
        h2 { font-size: 1.35rem; margin: 44px 0 4px; }
        h3 { font-size: 1.05rem; margin: 0 0 4px; overflow-wrap: anywhere; }
        p { margin: 0 0 12px; max-width: 76ch; }
        .muted { color: var(--muted); }
        .card { background: var(--card); border: 1px solid var(--edge); border-radius: 12px; padding: 18px 20px;
          min-width: 0; overflow-x: auto; }
        .grid { display: grid; gap: 18px; grid-auto-flow: dense;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr)); }
        .wide { grid-column: 1 / -1; }
        .shapes { align-items: start; margin-top: 18px; }
        .tiles { display: grid; gap: 14px; margin: 18px 0; grid-template-columns: repeat(4, 1fr); }
        @media (max-width: 1000px) { .tiles { grid-template-columns: 1fr 1fr; } }
        .tile b { display: block; font-size: 1.9rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
        .tile small { display: block; font-size: 0.9rem; font-weight: 400; }
        .tile span { font-weight: 600; }
        .tile p { font-size: 0.9rem; color: var(--muted); margin: 4px 0 0; }
        .verdict { border-left: 8px solid var(--tone); background: var(--tone-soft); margin: 20px 0; }
        .verdict strong { color: var(--tone); font-size: 1.35rem; }
        .ready { --tone: var(--good); --tone-soft: var(--good-soft); }
        .fair { --tone: var(--fair); --tone-soft: var(--fair-soft); }
        .not-ready, .not-measured { --tone: var(--bad); --tone-soft: var(--bad-soft); }
        ul.checks { list-style: none; margin: 10px 0 0; padding: 0; }
        ul.checks li { padding: 3px 0 3px 1.8em; position: relative; }
        ul.checks li::before { position: absolute; left: 0; font-weight: 700; }
        li.yes::before { content: "✓"; color: var(--good); }
        li.no::before { content: "✗"; color: var(--bad); }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.95rem; }
        th, td { text-align: right; padding: 6px 10px; border-bottom: 1px solid var(--grid); }
        td { white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; white-space: normal; min-width: 7.5em; }
        th { font-weight: 600; color: var(--muted); }
        table.confusion td { font-size: 1.3rem; text-align: center; padding: 16px 10px; }
        table.confusion th { text-align: center; }
        table.confusion th:first-child { text-align: left; overflow-wrap: normal; }
        table.bars td { border: 0; padding: 3px 10px 3px 0; }
        td.track { width: 55%; } td.track div { height: 18px; background: var(--raise); }
        td.right { background: var(--soft); font-weight: 600; }
        td small { display: block; font-size: 0.85em; font-weight: 400; color: var(--muted); }
        table.confusion small { font-size: 0.8rem; }
        details { margin-top: 8px; font-size: 0.9rem; }
        summary { cursor: pointer; color: var(--muted); }
        details > div { max-height: 420px; overflow: auto; }
        svg { display: block; width: 100%; height: auto; margin: 0 auto; font: 13px system-ui, "Segoe UI", Roboto, "Noto Sans", Arial,
          sans-serif; font-variant-numeric: tabular-nums; }
        svg text { fill: var(--ink); }
        svg .tick, svg .axis-title { fill: var(--muted); }
        svg .tick { font-size: 12px; } svg .tiny { font-size: 11.5px; fill: var(--muted); }
        svg .strong { font-weight: 600; } svg .special { font-style: italic; }
        svg .on-color { fill: var(--on-color); } svg .on-pale { fill: var(--ink); }
        svg .grid { stroke: var(--grid); stroke-width: 1; }
        svg .axis, svg .zero { stroke: var(--muted); stroke-width: 1; }
        svg .chance { stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 5 5; }
        svg .curve { stroke: var(--raise); stroke-width: 2.5; fill: none; stroke-linejoin: round; }
        svg .thin { stroke-width: 1.5; } svg .hair { stroke-width: 0.6; } svg .area { fill: var(--soft); opacity: 0.7; }
        svg .dot { fill: var(--raise); stroke: var(--card); stroke-width: 1.5; }
        svg .mark { fill: var(--lower); stroke: var(--card); stroke-width: 2; }
        svg .whisker { stroke: var(--ink); stroke-width: 1.5; opacity: 0.65; }
        svg .bar, svg .raise { fill: var(--raise); } svg .lower { fill: var(--lower); } svg .soft { opacity: 0.3; }
        svg .count { fill: var(--count); }
        b.raise { color: var(--raise); } b.lower { color: var(--lower); }
        @media (max-width: 600px) { .tiles { grid-template-columns: 1fr; }
          main { padding: 20px 10px 40px; } .card { padding: 14px 12px; }
          table { font-size: 0.85rem; } th, td { padding: 5px 6px; }
          th:first-child, td:first-child { min-width: 5.5em; }
          table.confusion td { padding: 12px 4px; }
        }
        @media print {
          @page { margin: 14mm; }
          * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
          body { background: none; font-size: 12px; } main { max-width: none; padding: 0; }
          .card { break-inside: avoid; padding: 12px 14px; overflow: visible; }
          h2, h3, h2 + p { break-after: avoid; } p { break-inside: avoid; } table { font-size: 11px; }
          table.confusion td { font-size: 15px; padding: 8px 4px; }
          .grid { grid-template-columns: 1fr 1fr; gap: 12px; } .tiles { grid-template-columns: 1fr 1fr; }
          svg { min-width: 0 !important; } th, td { padding: 4px 6px; } details:not([open]) { display: none; }
        }
        """
}
