// The last pass: which clause prevails, and the rule sets that come of it.

#include "check/compiler.h"

namespace entente::check {

bool Compiler::LabelExists(std::string_view label) const {
  if (labels_.contains(label)) return true;
  return std::any_of(agreement_.clauses.begin(), agreement_.clauses.end(), [&](const Clause& c) {
    return StandsUnder(c.label, label) || StandsUnder(label, c.label);
  });
}

void Compiler::ApplyDisapplications() {
  for (const Disapplication& d : disapplications_) {
    bool any = false;
    for (Draft& draft : drafts_) {
      const bool named = std::any_of(d.labels.begin(), d.labels.end(), [&](const std::string& l) {
        return StandsUnder(draft.label, l);
      });
      if (!named) continue;
      any = true;
      phrases_.Begin(d.rest, d.label, d.at);
      Draft out;
      out.act = draft.act;
      if (draft.act) phrases_.scope.act = &*draft.act;
      if (phrases_.Accept("to")) {
        const auto noun = phrases_.ParseNoun();
        if (!noun) {
          phrases_.FailHere("expected to what it does not apply");
          return;
        }
        if (!draft.act || draft.act->act->parts.empty()) {
          phrases_.FailHere("the clause speaks of no act with an object");
          return;
        }
        // The part of the act that the noun can be.
        size_t part = 0;
        for (size_t p = 0; p < draft.act->act->parts.size(); ++p) {
          const ir::KindId k = draft.act->act->parts[p].kind;
          if (k.valid() && noun->heads[0].kind.valid() &&
              program().KindReaches(noun->heads[0].kind, k)) {
            part = p;
          }
        }
        out.guards.push_back(phrases_.Holds(
            *noun, program().Field(0, draft.act->act->parts[part].field, ir::kThingType)));
      }
      std::vector<NodeId> only;
      if (!Tails(out, only)) return;
      out.guards.push_back(d.choice);
      draft.guards.push_back(program().Not(program().And(out.guards)));
    }
    if (!any) {
      findings_.Add({.kind = FindingKind::kUnknownLabel,
                     .at = d.at,
                     .message = "there is no clause " + Quoted(d.labels.empty() ? "" : d.labels[0]),
                     .labels = {},
                     .instance = {},
                     .help = "name a clause of this agreement"});
    }
  }
}

// An order that holds on some readings or in some editions only parts each rule it speaks of in
// two: where it holds the rule yields, elsewhere it stands as before.
void Compiler::ApplyOrders() {
  for (const OrderSentence& order : orders_) {
    if (order.choice == program().True()) continue;
    for (size_t i = 0, before = drafts_.size(); i < before; ++i) {
      const bool loses = std::any_of(
          order.losers.begin(), order.losers.end(),
          [&](const std::string& label) { return StandsUnder(drafts_[i].label, label); });
      if (!loses) continue;
      Draft yields = drafts_[i];
      yields.guards.push_back(order.choice);
      yields.subject_to.insert(yields.subject_to.end(), order.winners.begin(), order.winners.end());
      drafts_[i].guards.push_back(program().Not(order.choice));
      drafts_.push_back(std::move(yields));
    }
  }
}

// Whether two rules can never hold together: one asks for what the other denies. Only what stands
// in their words is looked at.
bool Compiler::Exclude(const Draft& a, const Draft& b) {
  const auto parts = [&](const Draft& draft) {
    std::vector<NodeId> out, open = draft.guards;
    while (!open.empty()) {
      const NodeId id = open.back();
      open.pop_back();
      const ir::Node node = program().Get(id);
      if (node.op == ir::Op::kOp && node.aux == static_cast<uint8_t>(Function::kAnd)) {
        const auto children = program().Children(id);
        open.insert(open.end(), children.begin(), children.end());
      } else {
        out.push_back(id);
      }
    }
    return out;
  };
  const std::vector<NodeId> of_a = parts(a), of_b = parts(b);
  return std::any_of(of_a.begin(), of_a.end(), [&](NodeId x) {
    const NodeId denied = program().Not(x);
    return std::find(of_b.begin(), of_b.end(), denied) != of_b.end();
  });
}

void Compiler::BuildRuleSets() {
  // What the language itself supplies.
  for (const EventName& event : agreement_.events) {
    if (!event.notice) continue;
    Draft closed;
    closed.term = event.can;
    closed.closing = true;
    closed.value = program().False();
    closed.built_in = "nobody has a power that no clause gives";
    closed.label = "powers";
    drafts_.push_back(closed);
    Draft free = closed;
    free.term = event.allowed;
    free.value = program().True();
    free.built_in = "a notice is no breach unless a clause says so";
    free.label = "notices";
    drafts_.push_back(free);
  }
  for (uint32_t t = 0; t < program().terms.size(); ++t) {
    const std::string name(program().symbols.Name(program().terms[t].name));
    if (!name.starts_with("is ")) continue;
    const ir::KindId kind = KindNamed(name.substr(3));
    if (!kind.valid()) continue;
    Draft stated;
    stated.term = ir::TermId{t};
    stated.label = "stated";
    stated.built_in = "it is said to be one";
    const NodeId x = program().Field(0, Intern("x"), ir::kThingType);
    std::vector<NodeId> ways = {program().Is(x, kind)};
    for (uint32_t k = 0; k < program().kinds.size(); ++k) {
      if (ir::KindId{k} == kind || !program().KindReaches(ir::KindId{k}, kind)) continue;
      const ir::TermId sub = program().FindTerm(
          Intern("is " + std::string(program().symbols.Name(program().kinds[k].name))));
      if (sub.valid()) ways.push_back(program().Ref(sub, {x}));
    }
    stated.guards = {program().Or(ways)};
    stated.value = program().True();
    stated.beats_all = true;
    drafts_.push_back(stated);
    Draft closed;
    closed.term = ir::TermId{t};
    closed.label = "closed";
    closed.built_in = "a thing is of the kinds stated and no others";
    closed.closing = true;
    closed.value = program().False();
    drafts_.push_back(closed);
  }

  std::map<uint32_t, std::vector<const Draft*>> by_term;
  for (const Draft& draft : drafts_) by_term[draft.term.index].push_back(&draft);
  std::set<std::pair<std::string, Span>> reported;
  const auto missing = [&](const std::string& label, Span at) {
    if (!reported.insert({label, at}).second) return;
    std::vector<std::string> known;
    for (const Clause& c : agreement_.clauses) known.push_back(c.label);
    const std::string closest = Closest(label, known);
    findings_.Add({.kind = FindingKind::kUnknownLabel,
                   .at = at,
                   .message = "there is no clause " + Quoted(label),
                   .labels = {},
                   .instance = {},
                   .help = closest.empty() ? "name a clause of this agreement"
                                           : "did you mean " + Quoted(closest) + "?"});
  };
  for (const Draft& draft : drafts_) {
    for (const auto* list : {&draft.despite, &draft.subject_to, &draft.except}) {
      for (const std::string& label : *list) {
        if (!LabelExists(label)) {
          missing(label, draft.at);
        } else if (list != &draft.except &&
                   // A clause that could not be read has its finding already.
                   std::any_of(drafts_.begin(), drafts_.end(),
                               [&](const Draft& d) { return StandsUnder(d.label, label); }) &&
                   std::none_of(by_term[draft.term.index].begin(), by_term[draft.term.index].end(),
                                [&](const Draft* d) { return StandsUnder(d->label, label); }) &&
                   reported.insert({label, draft.at}).second) {
          findings_.Add({.kind = FindingKind::kIdleException,
                         .at = draft.at,
                         .message = "clause " + Quoted(draft.label) + " names " + Quoted(label) +
                                    ", which says nothing of the same act",
                         .labels = {},
                         .instance = {},
                         .help =
                             "only clauses about one act can yield to one another; remove it or "
                             "name the clause meant"});
        }
      }
    }
  }
  for (const OrderSentence& order : orders_) {
    for (const auto* list : {&order.winners, &order.losers}) {
      for (const std::string& label : *list) {
        if (!LabelExists(label)) missing(label, order.at);
      }
    }
  }

  for (uint32_t t = 0; t < program().terms.size(); ++t) {
    const std::string name(program().symbols.Name(program().terms[t].name));
    const bool ruled = name.starts_with("may ") || name.starts_with("must ") || by_term.contains(t);
    if (!ruled) continue;
    const std::vector<const Draft*>& drafts = by_term[t];
    ir::RuleSet set{ir::TermId{t}, {}};
    const size_t n = drafts.size();
    std::vector<std::vector<bool>> beats(n, std::vector<bool>(n, false));
    const auto under_any = [](const std::string& label, const std::vector<std::string>& list) {
      return std::any_of(list.begin(), list.end(),
                         [&](const std::string& l) { return StandsUnder(label, l); });
    };
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        if (i == j || drafts[i]->label == drafts[j]->label) continue;
        const Draft& a = *drafts[i];
        const Draft& b = *drafts[j];
        bool wins = under_any(b.label, a.despite) || under_any(a.label, b.subject_to);
        wins = wins || (b.closing && !a.closing) || (a.beats_all && !b.beats_all);
        if (a.excludes && !b.excludes && !b.closing && !b.beats_all) {
          wins = wins || !under_any(b.label, a.except);
        }
        if (b.excludes && !a.excludes && !a.closing && under_any(a.label, b.except)) wins = true;
        for (const OrderSentence& order : orders_) {
          if (order.choice != program().True()) continue;
          wins = wins || (under_any(a.label, order.winners) && under_any(b.label, order.losers));
        }
        beats[i][j] = wins && !Exclude(a, b);
      }
    }
    // A circle of precedence is an error; the edge that closes it is left out.
    for (size_t i = 0; i < n; ++i) {
      ir::Rule rule;
      rule.label = Intern(drafts[i]->label);
      rule.guard = program().And(drafts[i]->guards);
      rule.value = drafts[i]->value;
      rule.at = drafts[i]->at;
      rule.built_in = drafts[i]->built_in;
      rule.outside = drafts[i]->outside;
      rule.closing = drafts[i]->closing;
      rule.answers = drafts[i]->answers;
      set.rules.push_back(rule);
    }
    for (size_t i = 0; i < n; ++i) {
      for (uint32_t j = 0; j < n; ++j) {
        if (!beats[i][j]) continue;
        if (ir::BeatsClosure(set)[j][i]) {
          findings_.Add({.kind = FindingKind::kCircularOrder,
                         .at = drafts[i]->at,
                         .message = "clauses " + Quoted(drafts[i]->label) + " and " +
                                    Quoted(drafts[j]->label) + " prevail over one another",
                         .labels = {{drafts[i]->at, "prevails over the other"},
                                    {drafts[j]->at, "prevails over this one"}},
                         .instance = {},
                         .help = "remove one `despite` or `subject to`"});
          continue;
        }
        set.rules[i].beats.push_back(j);
      }
    }
    program().rule_sets.push_back(set);
    ir::Term& term = program().terms[t];
    term.body = program().Rules(static_cast<uint32_t>(program().rule_sets.size() - 1), term.type);
  }
}

// A number that no sentence states is a fact, or undisclosed where it belongs to nobody.
void Compiler::BuildPlainNumbers() {
  for (const NumberName& number : agreement_.numbers) {
    if (number.defined || number.event.valid()) continue;
    ir::Point point;
    point.name = Intern(number.name);
    point.kind = number.owner.valid() ? ir::PointKind::kFact : ir::PointKind::kUndisclosed;
    point.type = number.type;
    point.says = number.owner.valid() ? "the " + number.name + " of {0}" : "the " + number.name;
    // The start of the period is enough to know it by.
    if (number.period)
      point.says += " in the " + agreement_.periods[*number.period].name + " from " +
                    (number.owner.valid() ? "{1}" : "{0}");
    point.at = number.at;
    program().points.push_back(point);
    const ir::PointId id{static_cast<uint32_t>(program().points.size() - 1)};
    agreement_.points.emplace(number.name, id);
    std::vector<NodeId> args;
    if (number.owner.valid()) args.push_back(program().Field(0, Intern("x"), ir::kThingType));
    if (number.period) {
      args.push_back(program().Field(0, Intern("from"), ir::kMomentType));
      args.push_back(program().Field(0, Intern("to"), ir::kMomentType));
    }
    program().terms[number.term.index].body = program().Open(id, args);
  }
}

// Every circle of terms must pass through the strict past: the guard of a While, what a Fold
// reads of an event, a Schedule. Any other is reported, clause by clause, and broken.
void Compiler::BreakCycles() {
  std::vector<std::vector<uint32_t>> present(program().terms.size());
  std::vector<int> seen;
  for (uint32_t t = 0; t < program().terms.size(); ++t) {
    std::vector<NodeId> stack = {program().terms[t].body};
    std::set<NodeId> visited;
    while (!stack.empty()) {
      const NodeId id = stack.back();
      stack.pop_back();
      if (!visited.insert(id).second) continue;
      const ir::Node node = program().Get(id);
      const auto children = program().Children(id);
      if (node.op == ir::Op::kRef) present[t].push_back(node.data);
      if (node.op == ir::Op::kRules) {
        for (const ir::Rule& rule : program().rule_sets[node.data].rules) {
          stack.push_back(rule.guard);
          stack.push_back(rule.value);
        }
      }
      for (size_t i = 0; i < children.size(); ++i) {
        const bool past = (node.op == ir::Op::kWhile && i == 1) ||
                          (node.op == ir::Op::kFold && i == 1) ||
                          (node.op == ir::Op::kSchedule && i >= 1) ||
                          (node.op == ir::Op::kEach && i >= 1 && i + 1 < children.size());
        if (!past) stack.push_back(children[i]);
      }
    }
  }
  std::vector<int> state(program().terms.size(), 0);
  std::vector<uint32_t> path;
  const std::function<void(uint32_t)> visit = [&](uint32_t t) {
    state[t] = 1;
    path.push_back(t);
    for (const uint32_t next : present[t]) {
      if (state[next] == 0) {
        visit(next);
      } else if (state[next] == 1) {
        std::vector<std::string> names;
        std::vector<diag::Label> labels;
        const auto from = std::find(path.begin(), path.end(), next);
        for (auto it = from; it != path.end(); ++it) {
          const std::string name(program().symbols.Name(program().terms[*it].name));
          names.push_back(Quoted(name));
          labels.push_back(
              {program().terms[*it].at,
               "needs " + Quoted(program().symbols.Name(
                              program().terms[it + 1 == path.end() ? *from : *(it + 1)].name))});
        }
        findings_.Add(
            {.kind = FindingKind::kCircularTerms,
             .at = program().terms[next].at,
             .message =
                 JoinAnd(names) + (names.size() == 1 ? " defines itself" : " define one another"),
             .labels = labels,
             .instance = {},
             .help = "let one of them look at what had happened before: an event, not a state"});
        ir::Term& term = program().terms[t];
        term.body = term.type.base == ir::Base::kBool ? program().False()
                    : term.type.base == ir::Base::kMoment
                        ? program().Moment(kNever)
                        : program().Lit(Value::Number(Rational(0)), term.type);
      }
    }
    path.pop_back();
    state[t] = 2;
  };
  for (uint32_t t = 0; t < program().terms.size(); ++t) {
    if (state[t] == 0) visit(t);
  }
}

}  // namespace entente::check
