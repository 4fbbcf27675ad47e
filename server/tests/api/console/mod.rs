//! What the console's API promises to browsers: signing in, sessions, and no help for other sites.

mod cross_site;
mod sessions;
mod sign_in;
