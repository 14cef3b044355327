//! Every command a person needs: build, serve, test, data, clean.
fn main() {}
