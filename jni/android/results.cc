#include "android/results.h"

#include <string>
#include <vector>

#include "android/java.h"

namespace pocketlens {
namespace {

// A Kotlin class that this file makes objects of, by its only constructor.
struct JavaClass {
  const char* name;
  const char* constructor_signature;
  jclass reference;  // global, lives as long as the library
  jmethodID constructor;
};

JavaClass result_class = {"io/pocketlens/classifier/NativeResult",
                          "([I[FIFFIFF[D[F[FF[I[Ljava/lang/String;[F)V", nullptr, nullptr};
JavaClass model_class = {"io/pocketlens/classifier/NativeModel",
                         "([Ljava/lang/String;DDD[Ljava/lang/String;[Ljava/lang/String;"
                         "[Ljava/lang/String;[F[I[I)V",
                         nullptr, nullptr};
JavaClass taught_class = {"io/pocketlens/classifier/NativeTaught",
                          "([Ljava/lang/String;[Ljava/lang/String;[I[F)V", nullptr, nullptr};
JavaClass picture_class = {"io/pocketlens/classifier/NativeTaughtPicture",
                           "([Ljava/lang/String;IIFF)V", nullptr, nullptr};

bool Find(JNIEnv* env, JavaClass* wanted) {
  const Local<jclass> found(env, env->FindClass(wanted->name));
  if (found.get() == nullptr) {
    return false;
  }
  wanted->constructor = env->GetMethodID(found.get(), "<init>", wanted->constructor_signature);
  if (wanted->constructor == nullptr) {
    return false;
  }
  wanted->reference = static_cast<jclass>(env->NewGlobalRef(found.get()));
  return wanted->reference != nullptr;
}

// The columns of the label table as Kotlin takes them.
struct LabelColumns {
  std::vector<std::string> mids;
  std::vector<std::string> names;
  std::vector<float> figures;   // threshold, precision, recall, f1 a label
  std::vector<jint> counts;     // threshold status, support a label
  std::vector<jint> hierarchy;  // parent, child a pair
};

LabelColumns Columns(const Package& package) {
  LabelColumns columns;
  for (size_t i = 0; i < package.labels.size(); ++i) {
    const Label& label = package.labels[i];
    columns.mids.push_back(label.mid);
    columns.names.push_back(label.name);
    columns.figures.insert(columns.figures.end(),
                           {label.threshold, label.precision, label.recall, label.f1});
    columns.counts.insert(columns.counts.end(), {static_cast<jint>(label.status), label.support});
    for (int child : label.children) {
      columns.hierarchy.insert(columns.hierarchy.end(), {static_cast<jint>(i), child});
    }
  }
  return columns;
}

// The taught labels that an answer names, which Kotlin does not know beforehand.
struct NamedTaught {
  std::vector<jint> indices;
  std::vector<std::string> texts;  // mid, name a label
  std::vector<float> thresholds;
};

NamedTaught Named(const Package& package, const Classification& classification) {
  NamedTaught named;
  const auto add = [&](const ScoredLabel& label) {
    const int place = label.index - static_cast<int>(package.labels.size());
    if (place < 0) return;
    const auto at = static_cast<size_t>(place);
    const TaughtLabel& taught = *classification.taught->labels[at];
    named.indices.push_back(label.index);
    named.texts.insert(named.texts.end(), {taught.mid, taught.name});
    named.thresholds.push_back(classification.taught->thresholds[at]);
  };
  add(classification.headline);  // perhaps twice: Kotlin makes one of them
  for (const ScoredLabel& label : classification.labels) add(label);
  return named;
}

}  // namespace

bool FindResultClasses(JNIEnv* env) {
  return Find(env, &result_class) && Find(env, &model_class) && Find(env, &taught_class) &&
         Find(env, &picture_class);
}

jobject ProcessRunnetResult(JNIEnv* env, const Package& package,
                            const Classification& classification) {
  std::vector<jint> indices;
  std::vector<float> scores;
  for (const ScoredLabel& label : classification.labels) {
    indices.push_back(label.index);
    scores.insert(scores.end(), {label.score, label.probability});
  }
  const ScoredLabel& headline = classification.headline;
  const ScoredLabel& guess = classification.guess;
  const Timings& t = classification.timings;
  const Local<jintArray> index_array(env, ToJava(env, indices));
  const Local<jfloatArray> score_array(env, ToJava(env, scores));
  const Local<jdoubleArray> timings(
      env, ToJava(env, std::vector<double>{t.preprocess_ms, t.inference_ms, t.scores_ms}));
  const Local<jfloatArray> probabilities(env, ToJava(env, classification.probabilities));
  const Local<jfloatArray> embedding(env, ToJava(env, classification.embedding));
  const NamedTaught taught = Named(package, classification);
  const Local<jintArray> taught_indices(env, ToJava(env, taught.indices));
  const Local<jobjectArray> taught_texts(env, ToJava(env, taught.texts));
  const Local<jfloatArray> thresholds(env, ToJava(env, taught.thresholds));
  jobject made = env->NewObject(result_class.reference, result_class.constructor, index_array.get(),
                                score_array.get(), static_cast<jint>(headline.index),
                                static_cast<double>(headline.score),
                                static_cast<double>(headline.probability),
                                static_cast<jint>(guess.index), static_cast<double>(guess.score),
                                static_cast<double>(guess.probability), timings.get(),
                                probabilities.get(), embedding.get(),
                                static_cast<double>(classification.familiarity),
                                taught_indices.get(), taught_texts.get(), thresholds.get());
  CheckPending(env);
  return made;
}

jobject DescribePackage(JNIEnv* env, const Package& package, const BackendReport& backend) {
  const LabelColumns columns = Columns(package);
  const Local<jobjectArray> texts(
      env, ToJava(env, std::vector<std::string>{package.name, package.title,
                                                package.runtime_version, package.weights_variant,
                                                package.manifest, backend.asked, backend.used,
                                                backend.reason}));
  const Local<jobjectArray> languages(env, ToJava(env, package.languages));
  const Local<jobjectArray> mids(env, ToJava(env, columns.mids));
  const Local<jobjectArray> names(env, ToJava(env, columns.names));
  const Local<jfloatArray> figures(env, ToJava(env, columns.figures));
  const Local<jintArray> counts(env, ToJava(env, columns.counts));
  const Local<jintArray> hierarchy(env, ToJava(env, columns.hierarchy));
  jobject made =
      env->NewObject(model_class.reference, model_class.constructor, texts.get(),
                     package.parity_tolerance, backend.difference, backend.embedding_difference,
                     languages.get(), mids.get(), names.get(),
                     figures.get(), counts.get(), hierarchy.get());
  CheckPending(env);
  return made;
}

jobject ListTaught(JNIEnv* env, const TaughtState& state) {
  std::vector<std::string> texts, ids;
  std::vector<jint> counts;
  std::vector<float> figures;
  for (size_t i = 0; i < state.labels.size(); ++i) {
    const TaughtLabel& label = *state.labels[i];
    texts.insert(texts.end(), {label.mid, label.name});
    for (const Vector& picture : label.pictures) ids.push_back(PictureId(picture));
    counts.push_back(static_cast<jint>(label.pictures.size()));
    figures.insert(figures.end(), {state.thresholds[i], static_cast<float>(label.agreement)});
  }
  const Local<jobjectArray> text_array(env, ToJava(env, texts));
  const Local<jobjectArray> id_array(env, ToJava(env, ids));
  const Local<jintArray> count_array(env, ToJava(env, counts));
  const Local<jfloatArray> figure_array(env, ToJava(env, figures));
  jobject made = env->NewObject(taught_class.reference, taught_class.constructor, text_array.get(),
                                id_array.get(), count_array.get(), figure_array.get());
  CheckPending(env);
  return made;
}

jobject TellTaught(JNIEnv* env, const TaughtPicture& added) {
  const TaughtLabel& label = *added.taught;
  const Local<jobjectArray> texts(
      env, ToJava(env, std::vector<std::string>{label.mid, label.name,
                                                PictureId(label.pictures.back())}));
  jobject made = env->NewObject(picture_class.reference, picture_class.constructor, texts.get(),
                                static_cast<jint>(label.pictures.size()),
                                static_cast<jint>(added.says_little()), added.likeness,
                                label.agreement);
  CheckPending(env);
  return made;
}

}  // namespace pocketlens
