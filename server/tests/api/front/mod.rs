//! The HTTP front: headers on every kind of answer, health and figures, the API's own
//! description, unknown addresses; and whatever anybody may send gets an answer that is no failure.

mod description;
mod headers;
mod oddities;
mod pages;
