//! Generation: what a model is sent, who answers, and what the answer rests on.
