#pragma once

#include <functional>
#include <string>
#include <vector>

namespace pizza::bench {

double median(std::vector<double> values);
/// The value that `share` (0 to 1) of them do not exceed.
double percentile(std::vector<double> values, double share);

/// What was measured beside what it is held against, in the same run.
struct Pair {
  std::vector<double> ours;
  std::vector<double> limit;
  /// The medians' ratio.
  double ratio() const { return median(ours) / median(limit); }
  /// The smallest and the largest ratio of one round, as "0.71 to 0.76".
  std::string spread() const;
};

/// `ours` and `limit` in turn, `rounds` times each, so that what the machine does meanwhile meets both.
Pair alternate(int rounds, const std::function<double()>& ours, const std::function<double()>& limit);

/// A figure and what is to be reached.
struct Reach {
  enum class Kind { at_least, at_most };
  Kind kind;
  double bound;
  std::string unit;
};
inline Reach at_least(double bound, std::string unit = "") { return {Reach::Kind::at_least, bound, std::move(unit)}; }
inline Reach at_most(double bound, std::string unit = "") { return {Reach::Kind::at_most, bound, std::move(unit)}; }

/// Prints each figure as it comes, and at the end the machine and the table of all.
class Report {
 public:
  /// Progress and what belongs to no column.
  void note(const std::string& text);
  /// `measured` and `beside`: what stands next to the figure, in words and numbers.
  void add(const std::string& path, const std::string& measured, const std::string& beside, double figure,
           const Reach& reach);
  void print() const;

 private:
  struct Line {
    std::string path, measured, beside, figure, reach;
    bool met;
  };
  std::vector<Line> lines_;
};

}  // namespace pizza::bench
