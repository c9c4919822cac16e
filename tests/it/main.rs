//! The one integration-test binary: stories told to the real wiring, on both databases, and the rules of
//! the house.

#![allow(clippy::disallowed_methods)] // tests are told by their environment where PostgreSQL is

mod carrier;
mod customers;
mod demo;
mod desk;
mod desk_work;
mod desks;
mod faults;
mod house;
mod imports;
mod odd;
mod page;
mod phrases;
mod properties;
mod replicas;
mod requests;
mod stored;
mod support;
mod survive;
mod transcripts;
mod understanding;
mod webhook;
