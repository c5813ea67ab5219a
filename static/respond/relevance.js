// Whether a question is asked: the twin of survey/forms/relevance.py. Old engines: ES5 only.
function relevance(tree, answers) {
  'use strict';
  var word = tree[0];
  var i, given, number;
  if (word === 'and' || word === 'or') {
    for (i = 1; i < tree.length; i++) {
      if (relevance(tree[i], answers) === (word === 'or')) {
        return word === 'or';
      }
    }
    return word === 'and';
  }
  if (word === 'not') {
    return !relevance(tree[1], answers);
  }
  given = answers.hasOwnProperty(tree[1]) ? answers[tree[1]] : '';
  if (word === 'selected') {
    return given.split(' ').indexOf(tree[2]) >= 0;
  }
  if (typeof tree[2] === 'string') {
    return (given === tree[2]) === (word === '=');
  }
  number = /^-?[0-9]+(\.[0-9]+)?$/.test(given) ? Number(given) : NaN;
  return {
    '=': number === tree[2],
    '!=': number !== tree[2],
    '<': number < tree[2],
    '<=': number <= tree[2],
    '>': number > tree[2],
    '>=': number >= tree[2]
  }[word];
}
