// src/base/hash_index.h: finds the rows of a table by the hash of their content.
//
// Rows are numbered from 0 in the order in which they are pushed, and only the last ones can be
// dropped. The table itself, and what makes two rows equal, stay with whoever owns it. Two words a
// row and a copy that is three block copies, where a node-based map allocates for each row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace entente {

class HashIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // The row of this hash that `equal(row)` accepts, the latest first; kNone without one.
  template <class Equal>
  uint32_t Find(uint64_t hash, Equal&& equal) const {
    if (heads_.empty()) return kNone;
    for (uint32_t row = heads_[Bucket(hash)]; row != kNone; row = next_[row]) {
      if (hashes_[row] == static_cast<uint32_t>(hash) && equal(row)) return row;
    }
    return kNone;
  }

  // The next row has this hash.
  void Push(uint64_t hash) {
    if (next_.size() >= heads_.size()) Grow();
    hashes_.push_back(static_cast<uint32_t>(hash));
    next_.push_back(kNone);
    Link(static_cast<uint32_t>(next_.size() - 1));
  }

  // Drops the rows from `rows` on.
  void Truncate(size_t rows) {
    while (next_.size() > rows) {
      // The latest row of a bucket is its first.
      heads_[Bucket(hashes_.back())] = next_.back();
      hashes_.pop_back();
      next_.pop_back();
    }
  }

  size_t size() const { return next_.size(); }

 private:
  size_t Bucket(uint64_t hash) const {
    return static_cast<uint32_t>(hash) & static_cast<uint32_t>(heads_.size() - 1);
  }
  void Link(uint32_t row) {
    uint32_t& head = heads_[Bucket(hashes_[row])];
    next_[row] = head;
    head = row;
  }
  void Grow() {
    heads_.assign(heads_.empty() ? 16 : heads_.size() * 2, kNone);
    for (uint32_t row = 0; row < next_.size(); ++row) Link(row);
  }

  // By bucket, a power of two of them: its latest row.
  std::vector<uint32_t> heads_;
  // By row: the one before it in its bucket, and the low half of its hash.
  std::vector<uint32_t> next_;
  std::vector<uint32_t> hashes_;
};

}  // namespace entente
