#include "ir/text.h"

#include <algorithm>

#include "values/calendar.h"

namespace entente::ir {
namespace {

std::string QuotedName(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

constexpr std::string_view kBases[] = {"error",  "bool",     "enum",  "number", "money",
                                       "moment", "duration", "thing", "text",   "events"};

std::string TypeText(const Program& program, Type type) {
  std::string out(kBases[static_cast<size_t>(type.base)]);
  if (IsAmount(type)) {
    return "(" + out + " " + QuotedName(program.symbols.Name(Symbol{type.detail})) + ")";
  }
  if (type.base == Base::kEnum || type.base == Base::kDuration) {
    return "(" + out + " " + std::to_string(type.detail) + ")";
  }
  return out;
}

std::string ValueText(const Program& program, const Value& v) {
  switch (v.kind()) {
    case Value::Kind::kBool:
      return v.AsBool() ? "true" : "false";
    case Value::Kind::kEnum:
      return "(choice " + std::to_string(v.AsChoice()) + ")";
    case Value::Kind::kNumber: {
      const auto whole = [](Int128 n) { return ToPlainText(*Rational::Of(n, 1)); };
      return "(n " + whole(v.AsNumber().numerator()) + " " + whole(v.AsNumber().denominator()) +
             ")";
    }
    case Value::Kind::kMoment:
      return v.AsMoment() == kNever ? "never" : "(at " + std::to_string(v.AsMoment().value) + ")";
    case Value::Kind::kDuration: {
      const Duration d = v.AsDuration();
      if (CountsBusinessDays(d.unit)) {
        return "(business-days " + std::to_string(d.count) + " " +
               QuotedName(CalendarOf(d.unit).name) + ")";
      }
      return std::string(d.unit == DurationUnit::kDays ? "(days " : "(months ") +
             std::to_string(d.count) + ")";
    }
    case Value::Kind::kThing:
      return v.AsThing().valid() ? "(thing " + std::to_string(v.AsThing().index) + ")" : "nothing";
    case Value::Kind::kText:
      return "(text " + QuotedName(program.symbols.Name(v.AsText())) + ")";
    case Value::Kind::kNone:
      return "none";
  }
  return "none";
}

// ---- reading

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::expected<Program, std::string> Run() {
    Open("program");
    Tables();
    while (!failed_ && PeekOpen("term")) ReadTerm();
    while (!failed_ && PeekOpen("bounds")) ReadBounds();
    while (!failed_ && PeekOpen("body")) ReadBody();
    Close();
    if (failed_) return std::unexpected(error_);
    return std::move(p_);
  }

 private:
  void Fail(std::string what) {
    if (failed_) return;
    failed_ = true;
    error_ = "at byte " + std::to_string(at_) + ": expected " + what;
  }
  void Skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool PeekIs(char c) {
    Skip();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool Take(char c) {
    if (!PeekIs(c)) return false;
    ++at_;
    return true;
  }
  std::string Word() {
    Skip();
    std::string out;
    while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != '\n' && text_[at_] != '(' &&
           text_[at_] != ')' && text_[at_] != '"') {
      out += text_[at_++];
    }
    if (out.empty()) Fail("a word");
    return out;
  }
  std::string Name() {
    if (!Take('"')) Fail("a quoted name");
    std::string out;
    while (!failed_ && at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_++];
    }
    if (at_ >= text_.size())
      Fail("the end of a quoted name");
    else
      ++at_;
    return out;
  }
  Symbol Sym() { return p_.symbols.Intern(Name()); }
  int64_t Int() {
    const std::string word = Word();
    const auto number = Rational::Parse(word);
    if (!number || number->denominator() != 1) {
      Fail("a whole number");
      return 0;
    }
    return static_cast<int64_t>(number->numerator());
  }
  uint32_t Index(size_t limit) {
    const int64_t i = Int();
    if (i < 0 || static_cast<size_t>(i) >= limit) {
      Fail("an index below " + std::to_string(limit));
      return 0;
    }
    return static_cast<uint32_t>(i);
  }
  void Open(std::string_view head) {
    if (!Take('(') || Word() != head) Fail("(" + std::string(head));
  }
  bool PeekOpen(std::string_view head) {
    const size_t mark = at_;
    const bool was_failed = failed_;
    const bool yes = Take('(') && Word() == head;
    at_ = mark;
    failed_ = was_failed;
    return yes;
  }
  void Close() {
    if (!Take(')')) Fail(")");
  }
  template <class Each>
  void List(std::string_view head, Each&& each) {
    Open(head);
    while (!failed_ && !PeekIs(')')) each();
    Close();
  }

  Type ReadType() {
    if (Take('(')) {
      const std::string base = Word();
      Type out;
      if (base == "number")
        out = NumberType(Sym());
      else if (base == "money")
        out = MoneyType(Sym());
      else if (base == "enum")
        out = {Base::kEnum, static_cast<uint32_t>(Int())};
      else if (base == "duration")
        out = {Base::kDuration, static_cast<uint32_t>(Int())};
      else
        Fail("a type");
      Close();
      return out;
    }
    const std::string base = Word();
    for (size_t i = 0; i < std::size(kBases); ++i) {
      if (kBases[i] == base) return {static_cast<Base>(i), 0};
    }
    Fail("a type");
    return {};
  }

  Value ReadValue() {
    if (!PeekIs('(')) {
      const std::string word = Word();
      if (word == "true") return Value::Bool(true);
      if (word == "false") return Value::Bool(false);
      if (word == "never") return Value::Moment(kNever);
      if (word == "nothing") return Value::Thing({});
      if (word != "none") Fail("a value");
      return {};
    }
    Take('(');
    const std::string head = Word();
    Value out;
    if (head == "choice")
      out = Value::Choice(static_cast<uint32_t>(Int()));
    else if (head == "at")
      out = Value::Moment(Position{Int()});
    else if (head == "days")
      out = Value::Of({static_cast<int32_t>(Int()), DurationUnit::kDays});
    else if (head == "months")
      out = Value::Of({static_cast<int32_t>(Int()), DurationUnit::kMonths});
    else if (head == "business-days") {
      const auto count = static_cast<int32_t>(Int());
      const auto unit = BusinessDaysNamed(Name());
      if (!unit) Fail("the name of a calendar that was read");
      out = Value::Of({count, unit.value_or(DurationUnit::kDays)});
    } else if (head == "thing")
      out = Value::Thing(ThingId{static_cast<uint32_t>(Int())});
    else if (head == "text")
      out = Value::Text(Sym());
    else if (head == "n") {
      const auto n = Rational::Parse(Word()), d = Rational::Parse(Word());
      const auto r = n && d ? Rational::Of(n->numerator(), d->numerator()) : std::nullopt;
      if (!r) Fail("a fraction");
      out = Value::Number(r.value_or(Rational(0)));
    } else {
      Fail("a value");
    }
    Close();
    return out;
  }

  void Tables() {
    p_.origin = kBeginning;
    Open("origin");
    p_.origin = Position{Int()};
    Close();
    List("kinds", [&] {
      Open("kind");
      Kind kind{Sym(), {}};
      while (!failed_ && !PeekIs(')')) kind.supers.push_back(KindId{static_cast<uint32_t>(Int())});
      Close();
      p_.kinds.push_back(kind);
    });
    List("apart", [&] {
      Open("two");
      const KindId a{Index(p_.kinds.size())}, b{Index(p_.kinds.size())};
      Close();
      p_.apart.emplace_back(a, b);
    });
    p_.event_types.clear();
    List("events", [&] {
      Open("event");
      EventType type;
      type.name = Sym();
      const std::string flags = Word();
      type.constitutive = flags.find('c') != std::string::npos;
      type.conduct = flags.find('a') != std::string::npos;
      const int64_t of = Int();
      if (of >= 0) type.of = EventTypeId{static_cast<uint32_t>(of)};
      while (!failed_ && !PeekIs(')')) {
        Open("field");
        EventField field{Sym(), ReadType(), {}};
        const int64_t kind = Int();
        if (kind >= 0) field.kind = KindId{static_cast<uint32_t>(kind)};
        Close();
        type.fields.push_back(field);
      }
      Close();
      p_.event_types.push_back(type);
    });
    List("things", [&] {
      Open("thing");
      Thing thing{Sym(), {}, Word() == "open"};
      while (!failed_ && !PeekIs(')')) thing.kinds.push_back(KindId{Index(p_.kinds.size())});
      Close();
      p_.things.push_back(thing);
    });
    List("points", [&] {
      Open("point");
      Point point;
      point.name = Sym();
      point.kind = static_cast<PointKind>(Index(9));
      point.type = ReadType();
      const std::string flags = Word();
      point.has_primary = flags.find('p') != std::string::npos;
      point.may_be_none = flags.find('n') != std::string::npos;
      point.says = Name();
      point.source = Name();
      while (PeekIs('"')) point.alternatives.push_back(Name());
      Close();
      p_.points.push_back(point);
    });
  }

  void ReadTerm() {
    Open("term");
    Term term;
    term.name = Sym();
    term.type = ReadType();
    while (!failed_ && PeekIs('(')) {
      Open("of");
      const Symbol name = Sym();
      term.parameters.push_back({name, ReadType()});
      Close();
    }
    Close();
    term.body = p_.False();
    p_.terms.push_back(term);
  }

  // Bounds may speak of terms, so they come after them.
  void ReadBounds() {
    Open("bounds");
    const uint32_t p = Index(p_.points.size());
    for (const bool low : {true, false}) {
      Open("bound");
      Bound bound;
      if (!failed_ && !PeekIs(')')) {
        bound.strict = Word() == "strict";
        bound.value = ReadNode(0);
      }
      if (!failed_) (low ? p_.points[p].low : p_.points[p].high) = bound;
      Close();
    }
    Close();
  }

  void ReadBody() {
    Open("body");
    const uint32_t t = Index(p_.terms.size());
    const NodeId body = ReadNode(0);
    if (!failed_) p_.terms[t].body = body;
    Close();
  }

  NodeId ReadNode(int depth) {
    if (depth > 400) Fail("a node nested less deeply");
    if (failed_) return p_.False();
    if (!Take('(')) {
      Fail("a node");
      return p_.False();
    }
    const std::string head = Word();
    const auto node = [&] { return ReadNode(depth + 1); };
    const auto rest = [&] {
      std::vector<NodeId> out;
      while (!failed_ && !PeekIs(')')) out.push_back(node());
      return out;
    };
    const auto slot = [&] { return static_cast<int>(Index(32)); };
    NodeId out = p_.False();
    if (head == "lit") {
      const Type type = ReadType();
      out = p_.Lit(ReadValue(), type);
    } else if (head == "field") {
      const int s = slot();
      const Symbol name = Sym();
      out = p_.Field(s, name, ReadType());
    } else if (head == "open") {
      const uint32_t point = Index(p_.points.size());
      if (failed_) return out;
      out = p_.Open(PointId{point}, rest());
    } else if (head == "is") {
      const uint32_t kind = Index(p_.kinds.size());
      if (failed_) return out;
      out = p_.Is(node(), KindId{kind});
    } else if (head == "if") {
      const NodeId c = node(), a = node(), b = node();
      out = p_.If(c, a, b);
    } else if (head == "reached") {
      out = p_.Reached(node());
    } else if (head == "on") {
      const uint32_t type = Index(p_.event_types.size());
      const int s = slot();
      out = p_.On(EventTypeId{type}, s, node());
    } else if (head == "becomes") {
      out = p_.Becomes(node());
    } else if (head == "while") {
      const int s = slot();
      const NodeId v = node();
      out = p_.While(v, s, node());
    } else if (head == "union") {
      const NodeId v = node();
      out = p_.Union(v, node());
    } else if (head == "schedule") {
      const int s = slot();
      const NodeId v = node(), m = node();
      out = p_.Schedule(v, s, m, node());
    } else if (head == "fold") {
      const uint32_t kind = Index(6);
      const int s = slot();
      const NodeId v = node(), body = node(), a = node(), b = node();
      out = p_.Fold(static_cast<FoldKind>(kind), v, s, body, a, b, node());
    } else if (head == "each") {
      const uint32_t kind = Index(3);
      const int s = slot();
      const NodeId v = node(), key = node();
      std::vector<std::pair<Symbol, NodeId>> captures;
      while (PeekOpen("capture")) {
        Open("capture");
        const Symbol name = Sym();
        captures.emplace_back(name, node());
        Close();
      }
      out = p_.Each(static_cast<EachKind>(kind), v, s, key, captures, node());
    } else if (head == "rules") {
      RuleSet set;
      set.term = TermId{Index(p_.terms.size())};
      if (failed_) return out;
      const Type type = ReadType();
      while (!failed_ && PeekIs('(')) {
        Open("rule");
        Rule rule;
        rule.label = Sym();
        rule.built_in = Name();
        rule.answers = Name();
        rule.outside = Word() == "outside";
        rule.closing = Word() == "last";
        rule.guard = node();
        rule.value = node();
        while (!failed_ && !PeekIs(')')) rule.beats.push_back(static_cast<uint32_t>(Int()));
        Close();
        set.rules.push_back(rule);
      }
      for (Rule& rule : set.rules) {
        std::erase_if(rule.beats, [&](uint32_t b) { return b >= set.rules.size(); });
      }
      p_.rule_sets.push_back(set);
      out = p_.Rules(static_cast<uint32_t>(p_.rule_sets.size() - 1), type);
    } else if (head == "ref") {
      const uint32_t term = Index(p_.terms.size());
      if (failed_) return out;
      out = p_.Ref(TermId{term}, rest());
    } else if (head == "edition") {
      const uint32_t point = Index(p_.points.size());
      const NodeId a = node();
      if (failed_) return out;
      out = p_.Edition(PointId{point}, a, node());
    } else if (head == "op") {
      const std::string name = Word();
      const Type type = ReadType();
      bool found = false;
      for (int f = 0; f < kFunctionCount && !found; ++f) {
        if (InfoOf(static_cast<Function>(f)).name != name) continue;
        found = true;
        out = p_.Apply(static_cast<Function>(f), rest(), type);
      }
      if (!found) Fail("a function");
    } else {
      Fail("a node");
    }
    Close();
    return out;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
  std::string error_;
  Program p_;
};

}  // namespace

std::string Print(const Program& p, NodeId id) {
  const Node& node = p.Get(id);
  const auto children = p.Children(id);
  const auto all = [&](size_t from = 0) {
    std::string out;
    for (size_t i = from; i < children.size(); ++i) out += " " + Print(p, children[i]);
    return out + ")";
  };
  const std::string slot = " " + std::to_string(node.aux);
  const std::string data = " " + std::to_string(node.data);
  const std::string head = "(" + std::string(NameOf(node.op));
  switch (node.op) {
    case Op::kLit:
      return head + " " + TypeText(p, node.type) + " " + ValueText(p, p.Literal(node)) + ")";
    case Op::kField:
      return head + slot + " " + QuotedName(p.symbols.Name(Symbol{node.data})) + " " +
             TypeText(p, node.type) + ")";
    case Op::kOp:
      return head + " " + std::string(InfoOf(static_cast<Function>(node.aux)).name) + " " +
             TypeText(p, node.type) + all();
    case Op::kOn:
      return head + data + slot + all();
    case Op::kWhile:
    case Op::kSchedule:
      return head + slot + all();
    case Op::kFold:
      return head + data + slot + all();
    case Op::kEach: {
      std::string out = head + " " + std::to_string(node.data & 3) + slot + " " +
                        Print(p, children[0]) + " " + Print(p, children[1]);
      const auto& captures = p.Captures(node);
      for (size_t i = 0; i < captures.size(); ++i) {
        out += " (capture " + QuotedName(p.symbols.Name(captures[i])) + " " +
               Print(p, children[2 + i]) + ")";
      }
      return out + " " + Print(p, children.back()) + ")";
    }
    case Op::kRules: {
      const RuleSet& set = p.rule_sets[node.data];
      std::string out = head + " " + std::to_string(set.term.index) + " " + TypeText(p, node.type);
      for (const Rule& rule : set.rules) {
        out += "\n  (rule " + QuotedName(p.symbols.Name(rule.label)) + " " +
               QuotedName(rule.built_in) + " " + QuotedName(rule.answers) +
               (rule.outside ? " outside " : " inside ") + (rule.closing ? "last " : "among ") +
               Print(p, rule.guard) + " " + Print(p, rule.value);
        for (const uint32_t b : rule.beats) out += " " + std::to_string(b);
        out += ")";
      }
      return out + ")";
    }
    case Op::kOpen:
    case Op::kIs:
    case Op::kRef:
    case Op::kEdition:
      return head + data + all();
    default:
      return head + all();
  }
}

std::string Print(const Program& p) {
  std::string out = "(program\n(origin " + std::to_string(p.origin.value) + ")\n(kinds";
  const auto name = [&](Symbol s) { return QuotedName(p.symbols.Name(s)); };
  const auto index = [](auto id) {
    return id.valid() ? std::to_string(id.index) : std::string("-1");
  };
  for (const Kind& kind : p.kinds) {
    out += "\n (kind " + name(kind.name);
    for (const KindId super : kind.supers) out += " " + index(super);
    out += ")";
  }
  out += ")\n(apart";
  for (const auto& [a, b] : p.apart) out += " (two " + index(a) + " " + index(b) + ")";
  out += ")\n(events";
  for (const EventType& type : p.event_types) {
    out += "\n (event " + name(type.name) + " -" + (type.constitutive ? "c" : "") +
           (type.conduct ? "a" : "") + " " + index(type.of);
    for (const EventField& f : type.fields) {
      out += " (field " + name(f.name) + " " + TypeText(p, f.type) + " " + index(f.kind) + ")";
    }
    out += ")";
  }
  out += ")\n(things";
  for (const Thing& thing : p.things) {
    out += "\n (thing " + name(thing.name) + (thing.open ? " open" : " closed");
    for (const KindId kind : thing.kinds) out += " " + index(kind);
    out += ")";
  }
  out += ")\n(points";
  for (const Point& point : p.points) {
    out += "\n (point " + name(point.name) + " " + std::to_string(static_cast<int>(point.kind)) +
           " " + TypeText(p, point.type) + " -" + (point.has_primary ? "p" : "") +
           (point.may_be_none ? "n" : "") + " " + QuotedName(point.says) + " " +
           QuotedName(point.source);
    for (const std::string& a : point.alternatives) out += " " + QuotedName(a);
    out += ")";
  }
  out += ")";
  for (const Term& term : p.terms) {
    out += "\n(term " + name(term.name) + " " + TypeText(p, term.type);
    for (const Parameter& q : term.parameters)
      out += " (of " + name(q.name) + " " + TypeText(p, q.type) + ")";
    out += ")";
  }
  for (uint32_t q = 0; q < p.points.size(); ++q) {
    const Point& point = p.points[q];
    if (!point.low.value.valid() && !point.high.value.valid()) continue;
    out += "\n(bounds " + std::to_string(q);
    for (const Bound* bound : {&point.low, &point.high}) {
      out += " (bound";
      if (bound->value.valid())
        out += std::string(bound->strict ? " strict " : " loose ") + Print(p, bound->value);
      out += ")";
    }
    out += ")";
  }
  for (uint32_t t = 0; t < p.terms.size(); ++t) {
    out += "\n(body " + std::to_string(t) + " " + Print(p, p.terms[t].body) + ")";
  }
  return out + ")\n";
}

std::expected<Program, std::string> Read(std::string_view text) { return Reader(text).Run(); }

}  // namespace entente::ir
