// src/values/value.h: one value of any type the language has.
//
// Two values of different kinds are never equal, so interning by value cannot take 0, false and
// the first day for one another.
#pragma once

#include <compare>
#include <string>

#include "base/id.h"
#include "base/symbols.h"
#include "values/position.h"
#include "values/rational.h"

namespace entente {

// A named or described thing, a party, or an entry spoken of as a thing.
using ThingId = Id<struct ThingTag>;

class Value {
 public:
  enum class Kind : uint8_t { kNone, kBool, kEnum, kNumber, kMoment, kDuration, kThing, kText };

  constexpr Value() = default;
  static constexpr Value Bool(bool b) { return Value(Kind::kBool, b ? 1 : 0); }
  // The alternative with this index of an open point or enumeration.
  static constexpr Value Choice(uint32_t index) { return Value(Kind::kEnum, index); }
  // A number of any unit, or money in minor units; the unit is the type's business.
  static Value Number(const Rational& number) {
    Value out(Kind::kNumber, 0);
    out.number_ = number;
    return out;
  }
  static constexpr Value Moment(Position at) { return Value(Kind::kMoment, at.value); }
  static constexpr Value Of(Duration duration) {
    return Value(Kind::kDuration,
                 int64_t{duration.count} * 256 + static_cast<uint8_t>(duration.unit));
  }
  // A thing left out of a question is `Thing({})`: it is of no kind and equal only to itself.
  static constexpr Value Thing(ThingId id) { return Value(Kind::kThing, id.index); }
  static constexpr Value Text(Symbol text) { return Value(Kind::kText, text.index); }

  Kind kind() const { return kind_; }
  bool is_none() const { return kind_ == Kind::kNone; }
  bool AsBool() const { return bits_ != 0; }
  uint32_t AsChoice() const { return static_cast<uint32_t>(bits_); }
  const Rational& AsNumber() const { return number_; }
  Position AsMoment() const { return {bits_}; }
  Duration AsDuration() const {
    return {static_cast<int32_t>(bits_ >> 8), static_cast<DurationUnit>(bits_ & 255)};
  }
  ThingId AsThing() const { return {static_cast<uint32_t>(bits_)}; }
  Symbol AsText() const { return {static_cast<uint32_t>(bits_)}; }

  friend bool operator==(const Value&, const Value&) = default;
  uint64_t Hash() const {
    uint64_t h = MixHash(static_cast<uint64_t>(kind_), static_cast<uint64_t>(bits_));
    h = MixHash(h, static_cast<uint64_t>(number_.numerator()));
    return MixHash(h, static_cast<uint64_t>(number_.denominator()));
  }

 private:
  constexpr Value(Kind kind, int64_t bits) : kind_(kind), bits_(bits) {}
  Kind kind_ = Kind::kNone;
  int64_t bits_ = 0;
  Rational number_;
};

// Orders numbers, moments and durations of one unit; other kinds by their bits.
int Compare(const Value& a, const Value& b);

}  // namespace entente
