import{a,b}from"./chunk-6LKGIX5P.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{b as configureNesting,a as parser};
