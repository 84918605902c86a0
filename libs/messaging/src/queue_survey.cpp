#include "messaging/queue_survey.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "connection.hpp"
#include "declare.hpp"
#include "lifeline.hpp"

namespace pizza::messaging {
class QueueSurvey::Impl {
 public:
  Impl(Endpoint endpoint, Topology topology) : endpoint_(std::move(endpoint)), topology_(std::move(topology)) {
    endpoint_.heartbeat = std::max(endpoint_.heartbeat, kAskingHeartbeat);
  }

  ~Impl() {
    if (connection_) connection_->close(core::after(kGoodbye));
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  QueueCounts take(core::Deadline deadline) {
    try {
      if (!connection_) connection_.emplace(endpoint_, deadline, line_);
      return declare(*connection_, topology_);
    } catch (...) {
      connection_.reset();  // a refusal closes the channel at least
      throw;
    }
  }

 private:
  Endpoint endpoint_;
  const Topology topology_;
  Lifeline line_;
  std::optional<Connection> connection_;
};

QueueSurvey::QueueSurvey(Endpoint endpoint, Topology topology)
    : impl_(std::make_unique<Impl>(std::move(endpoint), std::move(topology))) {}
QueueSurvey::~QueueSurvey() = default;
std::map<std::string, std::size_t> QueueSurvey::take(core::Deadline deadline) { return impl_->take(deadline); }

}  // namespace pizza::messaging
