// Everything that axe has against the page, one fault to a text. Previews are other pages.
const options = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: { "page-has-heading-one": { enabled: false } },
  resultTypes: ["violations"],
  iframes: false,
};
return axe.run(document, options).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} (${node.failureSummary.replace(/\s+/g, " ")})`),
  ),
);
