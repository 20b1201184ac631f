#include "values/value.h"

namespace entente {

int Compare(const Value& a, const Value& b) {
  if (a.kind() == Value::Kind::kNumber) return Compare(a.AsNumber(), b.AsNumber());
  if (a.kind() == Value::Kind::kMoment) {
    const auto order = a.AsMoment() <=> b.AsMoment();
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (a.kind() == Value::Kind::kDuration) {
    const int32_t x = a.AsDuration().count, y = b.AsDuration().count;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return a == b ? 0 : a.Hash() < b.Hash() ? -1 : 1;
}

}  // namespace entente
