#include "ledger/restore.h"

#include <algorithm>

#include "ledger/sequencer.h"

namespace entente::ledger {

Result<void> Restore(Source& from, const Walked& walked, Writer& to, Reader& written) {
  Edge edge;
  Registry registry;
  std::string recorded;
  while (edge.size() < walked.checkpoint.size) {
    const uint64_t count = std::min<uint64_t>(kBatchMax, walked.checkpoint.size - edge.size());
    const auto leaves = from.Leaves(edge.size(), count);
    if (!leaves) return std::unexpected(leaves.error());
    auto opened = from.Openings(edge.size(), count);
    if (!opened) return std::unexpected(opened.error());
    Admission admission(BaseOf(written, edge, registry, recorded),
                        [](const auto&, auto, auto) { return true; });  // the walk has verified
    for (const std::string& leaf : *leaves) {
      const auto admitted = admission.Replay(leaf, true);
      if (!admitted) return std::unexpected(admitted.error());
      recorded = admitted->recorded;
    }
    Batch batch = admission.added();
    for (size_t i = 0; i < batch.leaves.size(); ++i)
      batch.leaves[i].openings = std::move((*opened)[i]);
    batch.registry = admission.registry().Write();
    if (auto appended = to.Append(batch); !appended) return appended;
    edge = admission.edge();
    registry = admission.registry();
  }
  return to.KeepCheckpoint(walked.checkpoint.size, walked.note.Write());
}

}  // namespace entente::ledger
