import{a}from"./chunk-4OQG6JHS.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
