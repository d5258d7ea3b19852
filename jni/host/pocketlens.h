/* The C API of the native core, for tools/ and for anyone who wants the phone's arithmetic on a desk.
 *
 * Every function that can fail returns 0 or an error code of core/error_codes.inc and fills *error
 * (which may be null). No function throws, keeps a pointer to an argument after it returns, or prints.
 * Handles are safe to use from several threads. Sizes are elements unless they say bytes.
 */
#ifndef POCKETLENS_HOST_POCKETLENS_H_
#define POCKETLENS_HOST_POCKETLENS_H_

#include <stddef.h>
#include <stdint.h>

#define PL_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pl_classifier pl_classifier;

typedef struct {
  int32_t code;
  char message[1020]; /* UTF-8, always terminated, cut at a character's end if longer */
} pl_error;

typedef struct {
  int32_t threads;     /* 1..64 */
  int32_t affinity;    /* 0 none, 1 big cores first, 2 little cores first */
  int32_t enable_fp16; /* 0 or 1 */
  int32_t check_hashes; /* 1; 0 only for measuring and fuzzing */
  int32_t device;       /* 0 CPU, 1 GPU, 2 NPU: used after a self-check only, see pl_backend_of */
  int32_t warm_up;      /* 0 or 1: one run at opening */
  const char* trial_file; /* or null: remembers that a trial of a backend ended the process */
} pl_settings;

typedef struct {
  const uint8_t* data;
  uint64_t size; /* bytes that may be read from data */
  int32_t row_stride;
  int32_t pixel_stride;
} pl_plane;

typedef struct { /* the fields and numbers of core/frame/frame.h and core/frame/region.h */
  int32_t format, width, height, rotation, mirror, matrix, range, siting;
  int32_t region_unit; /* 0: the whole picture, 1 pixels, 2 shares of its sides */
  double region[4];    /* left, top, width, height, in the upright picture */
  pl_plane planes[3];
} pl_frame;

typedef struct { /* the fields and numbers of core/preprocess/recipe.h */
  int32_t resize_width, resize_height, crop_x, crop_y, crop_width, crop_height;
  double scale;
  float mean[3];
  float stddev[3];
  int32_t order;
  int32_t interpolation;
} pl_recipe;

typedef struct {
  int32_t index; /* -1: none */
  float score;
  float probability;
} pl_label;

typedef struct { /* what an answer may name; labels are told by MID or by name, as UTF-8 */
  int32_t k;         /* how many labels at most */
  float least_score; /* 0 to 1: labels with less are not named */
  const char* const* allow; /* only these; none: all */
  int32_t allow_count;
  const char* const* deny; /* all but these */
  int32_t deny_count;
} pl_options;

typedef struct {
  double preprocess_ms, inference_ms, scores_ms;
} pl_timings;

typedef struct { /* what loading took, for `bench` and the load figures */
  double read_ms, hash_ms, build_ms, total_ms; /* hash: reading the model and its SHA-256 */
} pl_load_timings;

/* Static texts. */
PL_API const char* pl_version(void);
PL_API const char* pl_header_sha256(void); /* of this file, when the library was built */
PL_API const char* pl_runtime_version(void);
PL_API const char* pl_error_name(int32_t code);
PL_API const char* pl_error_sentence(int32_t code);
PL_API const char* pl_instruction_set(void);

/* Reads and checks a package without building its model. */
PL_API int32_t pl_check_package(const char* path, int32_t check_hashes, pl_error* error);

PL_API int32_t pl_open(const char* path, const pl_settings* settings, pl_classifier** out,
                       pl_load_timings* timings, pl_error* error);
PL_API void pl_close(pl_classifier* classifier);

/* What the model runs on: what was asked for ("GPU float16"), what is used, why they differ (or ""),
 * the largest difference of a raw output on the package's reference picture and that of its embedding,
 * as a share of its largest number (-1: not checked).
 * Pointers live as long as the classifier; each may be null. */
PL_API int32_t pl_backend_of(const pl_classifier* classifier, const char** asked,
                             const char** used, const char** reason, double* difference,
                             double* embedding_difference, pl_error* error);

PL_API int32_t pl_output_count(const pl_classifier* classifier);
PL_API int32_t pl_input_count(const pl_classifier* classifier);
PL_API int32_t pl_recipe_of(const pl_classifier* classifier, pl_recipe* out);
/* mid, name and threshold of a label; pointers live as long as the classifier. */
PL_API int32_t pl_label_of(const pl_classifier* classifier, int32_t index, const char** mid,
                           const char** name, float* threshold, pl_error* error);

/* probabilities: pl_output_count floats or null; top: k entries, *top_count says how many were set.
 * familiarity: how like the things that the package knows the picture is, below 0.5 none of them; -1
 * where the package does not say what they look like. */
PL_API int32_t pl_classify(pl_classifier* classifier, const pl_frame* frame,
                           const pl_options* options, pl_label* top, int32_t* top_count, pl_label* headline,
                           float* probabilities, float* familiarity, pl_timings* timings,
                           pl_error* error);

/* A ready input tensor (pl_input_count floats, NHWC) to raw outputs (pl_output_count floats). */
PL_API int32_t pl_run(pl_classifier* classifier, const float* input, uint64_t input_count,
                      float* output, uint64_t output_count, pl_error* error);

/* The vector of a features package for a picture: pl_output_count floats. */
PL_API int32_t pl_features(pl_classifier* classifier, const pl_frame* frame, float* output,
                           uint64_t output_count, pl_error* error);

/* Preprocessing alone. path: 0 reference, 1 fast. out: crop_width*crop_height*3 floats. */
PL_API int32_t pl_preprocess(const pl_recipe* recipe, const pl_frame* frame, int32_t path,
                             float* out, uint64_t out_count, pl_error* error);

/* Fast path with its tables kept between calls, for measuring. */
typedef struct pl_plan pl_plan;
PL_API int32_t pl_plan_open(const pl_recipe* recipe, const pl_frame* geometry, pl_plan** out,
                            pl_error* error);
PL_API int32_t pl_plan_run(const pl_plan* plan, const pl_frame* frame, float* out,
                           uint64_t out_count, pl_error* error);
PL_API void pl_plan_close(pl_plan* plan);

/* Probabilities to scores and headline under a package's tables. */
PL_API int32_t pl_score(const pl_classifier* classifier, const float* probabilities,
                        uint64_t count, const pl_options* options, pl_label* top,
                        int32_t* top_count, pl_label* headline, pl_error* error);

/* "Animal, probably a lizard": the most specific label under a headline that keeps as much of its
 * probability as the package's recipe asks; index -1 where there is none. headline: a label's index,
 * -1 for none. */
PL_API int32_t pl_guess(const pl_classifier* classifier, const float* probabilities,
                        uint64_t count, const pl_options* options, int32_t headline,
                        pl_label* guess, pl_error* error);

/* Labels that were taught with a few pictures (core/teaching/). A set belongs to the embedding of the
 * package that it was made with; no_embedding where that has none. */
typedef struct pl_taught pl_taught;

typedef struct {
  int32_t label;    /* its place among the taught labels */
  int32_t pictures; /* how many the label has now */
  float likeness;   /* to the most similar earlier one, -1 for the first: from 0.75 on it says little,
                       from 0.9 on hardly anything */
  float agreement;  /* how like the others each is, on average; -1 for one alone; below 0.15 they are
                       hardly of one thing, above 0.75 all from one place */
} pl_taught_picture;

PL_API int32_t pl_taught_new(const pl_classifier* classifier, pl_taught** out, pl_error* error);
PL_API int32_t pl_taught_open(const pl_classifier* classifier, const char* path, pl_taught** out,
                              pl_error* error);
PL_API int32_t pl_taught_read(const pl_classifier* classifier, const uint8_t* data, uint64_t size,
                              pl_taught** out, pl_error* error);
PL_API int32_t pl_taught_save(const pl_taught* taught, const char* path, pl_error* error);
PL_API void pl_taught_close(pl_taught* taught);

/* Adds a picture to the label with this name: a package's label of that name is corrected by it. */
PL_API int32_t pl_teach(pl_classifier* classifier, pl_taught* taught, const char* name,
                        const pl_frame* frame, pl_taught_picture* out, pl_error* error);
/* The same by embeddings, `views` of them one after the other, for an id of one's own. */
PL_API int32_t pl_taught_add(pl_taught* taught, const char* mid, const char* name,
                             const float* embeddings, int32_t views, uint64_t length,
                             pl_taught_picture* out, pl_error* error);
PL_API int32_t pl_taught_remove(pl_taught* taught, const char* mid, pl_error* error);
PL_API int32_t pl_taught_remove_picture(pl_taught* taught, const char* mid, int32_t picture,
                                        pl_error* error);
PL_API int32_t pl_taught_rename(pl_taught* taught, const char* mid, const char* name,
                                pl_error* error);

/* JSON text [{"mid","name","pictures","agreement","threshold"}] of all labels in their order;
 * agreement is null for one picture alone. *needed = bytes with the end. */
PL_API int32_t pl_taught_list(const pl_taught* taught, char* json, uint64_t json_size,
                              uint64_t* needed, pl_error* error);

/* From now on pl_classify looks for these labels too (null: no more). A taught label has the index
 * pl_output_count + its place in the set; a sure one is the headline. */
PL_API int32_t pl_use_taught(pl_classifier* classifier, const pl_taught* taught, pl_error* error);

/* The embedding of a picture: pl_embedding_length floats; 0 for a package without one. */
PL_API int32_t pl_embedding_length(const pl_classifier* classifier);
PL_API int32_t pl_embed(pl_classifier* classifier, const pl_frame* frame, float* output,
                        uint64_t count, pl_error* error);
/* An embedding's vector and how sure each taught label is of it: a score and a similarity a label
 * (each may be null), and `rows` numbers (may be null), see pl_vector_length. */
PL_API int32_t pl_vector_length(const pl_taught* taught);
PL_API int32_t pl_taught_match(const pl_taught* taught, const float* embedding, uint64_t length,
                               int8_t* vector, uint64_t rows, float* scores, float* similarities,
                               uint64_t labels, pl_error* error);

/* JSON text {"inputs":[{"name","shape","dtype"}],"outputs":[…]} of a bare .ms. *needed = bytes with the end. */
PL_API int32_t pl_describe_model(const char* path, char* json, uint64_t json_size,
                                 uint64_t* needed, pl_error* error);

/* SHA-256 as 64 hex digits and an end byte. */
PL_API void pl_sha256(const uint8_t* data, uint64_t size, char hex[65]);

#ifdef __cplusplus
}
#endif

#endif
