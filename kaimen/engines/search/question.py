"""What a reader asks, and the query that it becomes. Nothing of the text is ever parsed as a query language.

All terms are required, across languages. `"a phrase"` and `-word` are understood; everything else is plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tantivy import Occur, Query

from kaimen.core.errors import Invalid
from kaimen.engines.search import analysis
from kaimen.engines.search.analysis import Run, Script
from kaimen.engines.search.index import FACETS, english, schema

LONGEST = 200
MOST_TERMS = 32
_PIECES = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<plain>[^\s"]+))')
_TYPO_FROM = 4
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\uff02": '"'})


class Relaxed(StrEnum):
    """How far the question was loosened because nothing was found as written."""

    NONE = "none"
    WORDS = "words"
    ANY = "any"
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Term:
    """One required piece: a run, or the runs of a phrase."""

    runs: tuple[Run, ...]
    phrase: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Terms and filters; `audiences` are who the reader is, and have no default anywhere."""

    terms: tuple[Term, ...]
    audiences: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def wanted(self) -> tuple[Run, ...]:
        """Runs that a hit contains: for marking."""
        return tuple(run for term in self.terms if not term.excluded for run in term.runs)


Synonyms = Mapping[str, tuple[str, ...]]


def ask(text: str, *, audiences: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Question:
    """Raises `Invalid("question_too_long")`, `Invalid("filter_unknown")`."""
    if len(text) > LONGEST:
        raise Invalid("question_too_long", most=LONGEST)
    for name in filters:
        if name not in FACETS:
            raise Invalid("filter_unknown", filter=name[:40])
    terms: list[Term] = []
    for piece in _PIECES.finditer(text.translate(_QUOTES)):
        excluded = piece["minus"] is not None
        found = tuple(analysis.runs(piece["phrase"] if piece["phrase"] is not None else piece["plain"]))
        if not found:
            continue
        if piece["phrase"] is not None or excluded:
            terms.append(Term(found, phrase=True, excluded=excluded))
        else:
            terms += [Term((run,)) for run in found]
    if sum(len(term.runs) for term in terms) > MOST_TERMS:
        raise Invalid("question_too_long", most=LONGEST)
    return Question(
        terms=tuple(terms),
        audiences=tuple(audiences),
        filters={name: tuple(codes) for name, codes in filters.items() if codes},
    )


def gates(question: Question, *, leave_out: str | None = None) -> list[tuple[Occur, Query]]:
    """Who may see it, and the filters. `leave_out` is the facet that is counted without its own filter."""
    clauses = [(Occur.Must, Query.term_set_query(schema(), "visible_to", list(question.audiences)))]
    for name, codes in question.filters.items():
        if name != leave_out:
            clauses.append((Occur.Must, Query.term_set_query(schema(), name, list(codes))))
    return [(occur, Query.const_score_query(query, 0.0)) for occur, query in clauses]


def build(question: Question, *, relaxed: Relaxed, synonyms: Synonyms, leave_out: str | None = None) -> Query:
    """The whole query at one step of loosening."""
    clauses = gates(question, leave_out=leave_out)
    positive = [term for term in question.terms if not term.excluded]
    clauses += [(Occur.MustNot, _exact(term)) for term in question.terms if term.excluded]
    if not positive:
        return Query.boolean_query([*clauses, (Occur.Must, Query.const_score_query(Query.all_query(), 1.0))])
    match relaxed:
        case Relaxed.NONE:
            clauses += [(Occur.Must, _exact(term)) for term in positive]
        case Relaxed.WORDS:
            clauses += [(Occur.Must, _word(word, synonyms)) for word in _words(positive)]
        case Relaxed.ANY:
            clauses.append((Occur.Must, _either([_word(word, synonyms) for word in _words(positive)])))
        case Relaxed.TYPO:
            clauses += [(Occur.Must, _nearly(run)) for term in positive for run in term.runs]
    clauses += [(Occur.Should, query) for query in _order(positive, synonyms)]
    return Query.boolean_query(clauses)


def _either(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def _every(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def _exact(term: Term) -> Query:
    if term.phrase and all(run.script is Script.LATIN for run in term.runs):
        return _latin_phrase(" ".join(run.text for run in term.runs))
    return _every([_han(run.text) if run.script is Script.HAN else _latin(run.text) for run in term.runs])


def _han(run: str, *, name: str = "gram_zh") -> Query:
    """What is found: exactly the texts in which the run stands. It does not weigh; words do."""
    if len(run) == 1:
        return Query.const_score_query(Query.regex_query(schema(), name, f"{run}.?|.{run}"), 0.1)
    pairs: list[str | tuple[int, str]] = list(analysis.pairs(run))
    if len(pairs) == 1:
        return Query.const_score_query(Query.term_query(schema(), name, pairs[0]), 0.1)
    return Query.const_score_query(Query.phrase_query(schema(), name, pairs), 0.1)


def _latin(run: str) -> Query:
    """The run as written, or its parts in any field, stemmed or not."""
    whole = Query.term_query(schema(), "plain_en", run)
    return _best([_every([_latin_part(part) for part in analysis.parts(run)]), whole])


def _latin_part(part: str) -> Query:
    stems = english().analyze(part)
    found = [Query.boost_query(Query.term_query(schema(), "plain_en", part), 0.5)]
    for name, weight in (("title_en", 3.0), ("keyword_en", 2.0), ("text_en", 1.0)):
        found += [Query.boost_query(Query.term_query(schema(), name, stem), weight) for stem in stems]
    return _best(found)


def _latin_phrase(text: str) -> Query:
    stems: list[str | tuple[int, str]] = list(english().analyze(text))
    if not stems:
        return Query.empty_query()
    if len(stems) == 1:
        return _latin(text)
    return _best([Query.phrase_query(schema(), name, stems) for name in ("title_en", "keyword_en", "text_en")])


def _best(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(list(queries), 0.1)


def _order(terms: Iterable[Term], synonyms: Synonyms) -> list[Query]:
    """Words and their synonyms: they only order what was found. The title that holds the whole run stands first."""
    queries: list[Query] = []
    for run in (run for term in terms for run in term.runs if run.script is Script.HAN):
        if len(run.text) > 1:
            queries.append(Query.boost_query(_han(run.text, name="gram_title"), 20.0))
        for word in dict.fromkeys(analysis.words(run.text)):
            queries.append(_weighed(word))
            queries += [Query.boost_query(_synonym(other), 0.5) for other in synonyms.get(word, ())]
    return queries


def _weighed(word: str) -> Query:
    return _best(
        [
            Query.boost_query(Query.term_query(schema(), name, word), weight)
            for name, weight in (("title_zh", 3.0), ("keyword_zh", 2.0), ("text_zh", 1.0))
        ]
    )


def _synonym(text: str) -> Query:
    return _every([_weighed_run(run) for run in analysis.runs(text)] or [Query.empty_query()])


def _weighed_run(run: Run) -> Query:
    return _weighed(run.text) if run.script is Script.HAN else _latin(run.text)


def _words(terms: Iterable[Term]) -> list[Run]:
    """Chinese runs in their words, Latin ones whole."""
    found: list[Run] = []
    for run in (run for term in terms for run in term.runs):
        cut = analysis.whole_words(run.text) if run.script is Script.HAN else [run.text]
        found += [Run(run.script, word) for word in cut]
    return list(dict.fromkeys(found))


def _word(word: Run, synonyms: Synonyms) -> Query:
    own = _han(word.text) if word.script is Script.HAN else _latin(word.text)
    others = [
        _every([_han(run.text) if run.script is Script.HAN else _latin(run.text) for run in analysis.runs(other)])
        for other in synonyms.get(word.text, ())
        if analysis.runs(other)
    ]
    return _either([own, *others])


def _nearly(run: Run) -> Query:
    if run.script is Script.HAN:
        return _han(run.text)
    found = [_pinyin(run.text)]
    if len(run.text) >= _TYPO_FROM:
        found.append(Query.fuzzy_term_query(schema(), "plain_en", run.text, 1))
    return _either(found)


def _pinyin(run: str) -> Query:
    """As the beginning of a word's pinyin. Only letters and digits: everything else would be a pattern."""
    letters = "".join(sign for sign in run if sign.isascii() and sign.isalnum())
    return Query.regex_query(schema(), "pinyin", f"{letters}.*") if letters else Query.empty_query()


def starting_with(text: str, *, audiences: Sequence[str]) -> Query:
    """For suggestions: titles and keywords that hold what was typed so far, or whose pinyin begins with it. Also only a search."""
    question = ask(text, audiences=audiences, filters={})
    clauses = gates(question)
    for run in question.wanted:
        if run.script is Script.HAN:
            clauses.append((Occur.Must, _han(run.text, name="gram_title")))
            clauses += [(Occur.Should, _weighed(word)) for word in analysis.words(run.text)]
        else:
            clauses.append((Occur.Must, _either([_pinyin(run.text), _prefix(run.text)])))
    if not question.wanted:
        return Query.empty_query()
    return Query.boolean_query(clauses)


def _prefix(run: str) -> Query:
    letters = "".join(sign for sign in run if sign.isascii() and sign.isalnum())
    return Query.regex_query(schema(), "plain_en", f"{letters}.*") if letters else Query.empty_query()
