// What a piece of code is called in the style sheet: `ys-code-NAME`.

import { tagHighlighter, tags } from '@lezer/highlight';

const TAGS = {
  comment: [tags.comment],
  keyword: [tags.keyword, tags.modifier, tags.operatorKeyword],
  definition: [tags.definition(tags.name), tags.definition(tags.propertyName)],
  function: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.macroName],
  type: [tags.typeName, tags.className, tags.namespace],
  property: [tags.propertyName, tags.attributeName, tags.labelName],
  tag: [tags.tagName, tags.angleBracket],
  punctuation: [tags.punctuation, tags.operator, tags.bracket],
  constant: [tags.number, tags.bool, tags.null, tags.atom, tags.self, tags.unit, tags.color],
  string: [tags.string, tags.regexp, tags.escape, tags.attributeValue, tags.character],
  invalid: [tags.invalid],
  heading: [tags.heading],
  strong: [tags.strong],
  emphasis: [tags.emphasis],
  link: [tags.link, tags.url],
  inserted: [tags.inserted],
  deleted: [tags.deleted],
};

export const classes = tagHighlighter(
  Object.entries(TAGS).flatMap(([name, list]) =>
    list.map((tag) => ({ tag, class: `ys-code-${name}` })),
  ),
);
